import { live } from './scripts/simulate/simulate.ts';
import { randomHistory } from './scripts/simulate/random-history.ts';
const n=Number(process.argv[2]??50), from=Number(process.argv[3]??1); const t=process.cpuUsage(); let bad=0; const kinds=new Map<string,number>();
for(let s=from;s<from+n;s++){ const e=await live(randomHistory(s)); if(e.broken.length){bad++; const k=e.broken[0]!.replace(/person-\d|upload-\d-\d|users\/\S+|recordings\/\S+/g,'X'); kinds.set(k,(kinds.get(k)??0)+1); if(bad<=3||process.argv[4]) console.log(s,e.broken.slice(0,2),e.statuses);} }
console.log(bad,'of',n,'broken',[...kinds],(process.cpuUsage(t).user/1e3/n).toFixed(1),'ms CPU each');
