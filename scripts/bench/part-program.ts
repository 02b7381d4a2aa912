// One process of `npm run bench`: prints the figures of one part.
import { parts } from './parts.ts';

console.log(JSON.stringify(await parts[process.argv[2]!]!()));
