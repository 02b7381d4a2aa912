import { live } from './scripts/simulate/simulate.ts';
import { randomHistory } from './scripts/simulate/random-history.ts';
const h=randomHistory(Number(process.argv[2])); console.log(JSON.stringify({...h,acts:undefined})); for(const a of h.acts.sort((x,y)=>x.at-y.at)) console.log((a.at/60000).toFixed(2),a.person,a.does,a.upload); console.log((await live(h)).broken);
