// One process of `npm run bench`: prints one point of a curve.
import { measure } from './growth.ts';

const [name, count] = process.argv.slice(2);
console.log(JSON.stringify(await measure(name!, Number(count))));
