// `npm run bench [-- --json]`: the figures of the README. Every part runs in processes of its own, so that none finds
// what another has warmed up or left in memory. Figures are medians; ratios are of one run on one machine.
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { parts, type Figure } from './bench/parts.ts';

interface Outcome {
  machine: { cpu: string; cores: number; node: string };
  figures: Figure[];
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
  const figures: Figure[] = [];
  for (const part of Object.keys(parts)) {
    console.error(`[bench] ${part}`);
    figures.push(...figuresOf(part));
  }
  const [cpu] = os.cpus();
  return {
    machine: { cpu: cpu?.model ?? 'unknown', cores: os.availableParallelism(), node: process.version },
    figures,
  };
}

function table({ machine, figures }: Outcome): string {
  const rows = figures.map(({ name, value, unit, most }) => [
    name,
    `${value.toFixed(unit === 'x' ? 2 : value < 10 ? 1 : 0)} ${unit}`,
    most === undefined ? '' : `at most ${most} ${unit}`,
    most === undefined ? '' : value <= most ? 'met' : 'NOT MET',
  ]);
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]!.length)));
  const lines = rows.map(([name, value, most, met]) =>
    [name!.padEnd(widths[0]!), value!.padStart(widths[1]!), most!.padEnd(widths[2]!), met]
      .join('  ')
      .trimEnd(),
  );
  return [`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`, ...lines].join('\n');
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
  console.log(values.json ? JSON.stringify(outcome, null, 2) : table(outcome));
}
