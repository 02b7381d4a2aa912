// One process of `npm run bench`: prints what the first analysis of a process takes.
import { analysis } from './parts.ts';

const analyze = await analysis(process.argv[2]!);
console.log(JSON.stringify(await analyze()));
