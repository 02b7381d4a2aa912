import { live } from './scripts/simulate/simulate.ts';
import { scenarios } from './scripts/simulate/scenarios.ts';
const scale=Number(process.argv[2]??0.1), only=process.argv[3];
for (const [i,s] of scenarios.entries()) { if(only&&String(i)!==only) continue; const t=process.cpuUsage(); const e=await live(s.history(1,scale)); console.log(i,s.name,'|',e.broken.slice(0,3),e.broken.length,e.statuses,(e.restedAfterMs/60000).toFixed(0)+' min',e.asked,(process.cpuUsage(t).user/1e6).toFixed(1)+' s'); }
