// `npm run check`: types, lint and format. Runs all of them and fails at the end.
import { pathToFileURL } from 'node:url';
import { root } from '../lib/root.ts';
import { nodeStep } from './steps.ts';
import type { Result } from './steps.ts';

const tsc = 'node_modules/typescript/bin/tsc';

export async function check(): Promise<Result[]> {
  const steps = [
    { name: 'types of functions/', args: [tsc, '-p', 'functions'] },
    { name: 'types of functions/client/', args: [tsc, '-p', 'functions/client'] },
    { name: 'types of scripts/', args: [tsc, '-p', 'scripts'] },
    { name: 'lint', args: ['node_modules/eslint/bin/eslint.js', '.'] },
    { name: 'format', args: ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'] },
  ];
  const results: Result[] = [];
  for (const step of steps) results.push(await nodeStep({ ...step, cwd: root }));
  return results;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const failed = (await check()).filter(({ ok }) => !ok);
  if (failed.length > 0) console.error(`\nfailed: ${failed.map(({ name }) => name).join(', ')}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}
