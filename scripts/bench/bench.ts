// `npm run bench [-- --json]`: the figures of the README. Every part runs in processes of its own, so that none finds
// what another has warmed up or left in memory. Figures are medians; ratios are of one run on one machine. Writes
// scripts/bench/results/bench.json and growth.svg; the same on the emulators is `npm run bench:journey`.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { growth, type Curve } from './growth.ts';
import { describeMachine, thisMachine, type Machine } from './machine.ts';
import { parts, type Figure } from './parts.ts';
import { growthPlot } from './plot.ts';
import { markdownTable } from './tables.ts';

const results = path.join(import.meta.dirname, 'results');

interface Outcome {
  machine: Machine;
  figures: Figure[];
  growth: Curve[];
}

/** Runs this file again for one part. */
function figuresOf(part: string): Figure[] {
  const { status, stdout } = spawnSync(process.execPath, [import.meta.filename, '--part', part], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`the part "${part}" failed`);
  return JSON.parse(stdout) as Figure[];
}

function measureAll(): Outcome {
  const machine = thisMachine();
  const figures: Figure[] = [];
  for (const part of Object.keys(parts)) {
    console.error(`[bench] ${part}`);
    figures.push(...figuresOf(part));
  }
  console.error('[bench] growth');
  return { machine, figures, growth: growth() };
}

function table({ machine, figures, growth }: Outcome): string {
  const rows = figures.map(({ name, value, unit, most }) => [
    name,
    `${value.toFixed(unit === 'x' ? 2 : value < 10 ? 1 : 0)} ${unit}`,
    most === undefined ? '' : `${most} ${unit}`,
    most === undefined ? '' : value <= most ? 'met' : 'NOT MET',
  ]);
  const curves = growth.map(({ name, points, exponent, rssExponent }) => [
    name,
    points.map(({ samples }) => samples.toLocaleString('en')).join(', '),
    `${points.map(({ cpuMs }) => cpuMs.toFixed(0)).join(', ')} ms`,
    exponent.toFixed(2),
    `${points.map(({ rssMb }) => rssMb.toFixed(0)).join(', ')} MB`,
    rssExponent.toFixed(2),
  ]);
  return [
    describeMachine(machine),
    markdownTable(['', 'figure', 'at most', ''], rows),
    markdownTable(['growth', 'samples', 'CPU', 'exponent', 'memory', 'exponent'], curves),
  ].join('\n\n');
}

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, part: { type: 'string' } },
});
if (values.part !== undefined) {
  const part = parts[values.part];
  if (!part) throw new RangeError(`no part of this name; there are ${Object.keys(parts).join(', ')}`);
  console.log(JSON.stringify(await part()));
} else {
  const outcome = measureAll();
  fs.mkdirSync(results, { recursive: true });
  fs.writeFileSync(path.join(results, 'bench.json'), `${JSON.stringify(outcome, null, 2)}\n`);
  fs.writeFileSync(path.join(results, 'growth.svg'), growthPlot(outcome.growth));
  console.log(values.json ? JSON.stringify(outcome, null, 2) : table(outcome));
}
