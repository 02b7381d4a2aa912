import { root } from '../lib/root.ts';
import { linesOfCode } from './lines.ts';
import { nodeStep } from './steps.ts';
import type { Result } from './steps.ts';

const tsc = 'node_modules/typescript/bin/tsc';

/** Types, lint and format: all of them run, whatever fails. */
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
  for (const line of linesOfCode()) console.log(line);
  return results;
}
