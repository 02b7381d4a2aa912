// The figures of the README. Every part runs in processes of its own, so that none finds what another has warmed up or left in
// memory. Figures are medians; ratios are of one run on one machine.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { growth, type Curve } from './growth.ts';
import { describeMachine, thisMachine, type Machine } from './machine.ts';
import { parts, type Figure } from './parts.ts';
import { growthPlot } from './plot.ts';
import { markdownTable } from './tables.ts';

const results = path.join(import.meta.dirname, 'results');
const program = path.join(import.meta.dirname, 'part-program.ts');

interface Outcome {
  machine: Machine;
  figures: Figure[];
  growth: Curve[];
}

function figuresOf(part: string): Figure[] {
  const { status, stdout } = spawnSync(process.execPath, [program, part], {
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

/** Writes results/bench.json and growth.svg. @returns the figures, for reading or as JSON */
export function bench({ json }: { json: boolean }): string {
  const outcome = measureAll();
  const text = JSON.stringify(outcome, null, 2);
  fs.mkdirSync(results, { recursive: true });
  fs.writeFileSync(path.join(results, 'bench.json'), `${text}\n`);
  fs.writeFileSync(path.join(results, 'growth.svg'), growthPlot(outcome.growth));
  return json ? text : table(outcome);
}
