import { scenarios } from './scripts/simulate/scenarios.ts';
import { worldOf } from './scripts/simulate/world.ts';
import { perform, promises } from './scripts/simulate/people.ts';
import { start, uidOf } from './scripts/simulate/history.ts';
const h=scenarios[11]!.history(1,1); const acts=h.acts.filter(a=>a.does==='send'); console.log(acts.length, acts[0]);
const w=worldOf(h); for(const a of acts) w.state.people.set(uidOf(a.person),{timeZone:'UTC',consent:{generatedText:true}});
const heard=promises(); for(const a of acts) w.time.after(a.at,()=>{perform(w,heard,a,h).then(()=>console.log('done',a.person),e=>console.log(e))});
await w.time.run(start+4*3600e3,()=>{}); console.log(heard.accepted.size,[...w.state.uploads.values()].map(u=>u.status));
