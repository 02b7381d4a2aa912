// One coverage report over all test runs, and a table by folder of functions/src.
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../lib/root.ts';
import { runNode } from './steps.ts';

const functions = path.join(root, 'functions');
const source = path.join(functions, 'src');
const reports = path.join(root, 'coverage');
const leastPercent = 80;

interface Figure {
  total: number;
  covered: number;
}

/** c8's json-summary: one entry a file (absolute path), and `total`. */
export type Summary = Record<string, { lines: Figure; branches: Figure }>;

interface Row {
  folder: string;
  lines: Figure;
  branches: Figure;
}

const none = (): Figure => ({ total: 0, covered: 0 });

function add(to: Figure, figure: Figure): void {
  to.total += figure.total;
  to.covered += figure.covered;
}

/** Sums the files of each folder directly below `sourceFolder`; files in it count as folder `.`. */
export function byFolder(summary: Summary, sourceFolder: string): Row[] {
  const rows = new Map<string, Row>();
  for (const [file, { lines, branches }] of Object.entries(summary)) {
    if (file === 'total') continue;
    const [first = '', ...deeper] = path.relative(sourceFolder, file).split(path.sep);
    const folder = deeper.length > 0 ? first : '.';
    const row = rows.get(folder) ?? { folder, lines: none(), branches: none() };
    rows.set(folder, row);
    add(row.lines, lines);
    add(row.branches, branches);
  }
  return [...rows.values()].sort((a, b) => a.folder.localeCompare(b.folder));
}

function percent({ covered, total }: Figure): string {
  return total === 0 ? '-' : `${((100 * covered) / total).toFixed(1)} %`;
}

function line(name: string, lines: string, branches: string): string {
  return `  ${name.padEnd(12)}${lines.padStart(10)}${branches.padStart(12)}`;
}

/**
 * Counts what runs in the test processes. The functions' own processes are not counted: they run bundles, and mapping V8's
 * ranges back through a bundle's source map reports every line of a loaded file as covered.
 *
 * Prints the report and resolves with whether enough lines are covered.
 */
export async function reportCoverage(rawFolder: string): Promise<boolean> {
  const enough = await runNode({
    args: [
      'node_modules/c8/bin/c8.js',
      'report',
      `--temp-directory=${rawFolder}`,
      `--reports-dir=${reports}`,
      '--all',
      '--src=src',
      '--include=src/**/*.ts',
      '--exclude=src/index.ts', // a contents page for readers: nothing runs it
      '--exclude=src/workflows/ports.ts', // types only
      '--reporter=text-summary',
      '--reporter=json-summary',
      '--reporter=lcovonly',
      '--check-coverage',
      `--lines=${leastPercent}`,
    ],
    cwd: functions,
  });
  const summary = JSON.parse(fs.readFileSync(path.join(reports, 'coverage-summary.json'), 'utf8')) as Summary;
  console.log(line('', 'lines', 'branches'));
  for (const { folder, lines, branches } of byFolder(summary, source)) {
    console.log(line(folder, percent(lines), percent(branches)));
  }
  return enough;
}
