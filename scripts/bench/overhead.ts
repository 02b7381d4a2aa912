// What logs, traces, metrics and error reports cost an invocation: CPU and memory with everything on (OTLP to a collector in another
// process, a DSN) against everything off, in turn, each in a fresh process that runs one bundle as a function does. Medians.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { median } from '../../functions/src/domain/metrics/statistics.ts';
import type { Overhead } from './overhead-program.ts';
import { startCollector } from '../local-stack/stand-ins/collector.ts';
import { root } from '../lib/root.ts';

const rounds = 7;
const mostCpuMs = 5;
const mostRssMb = 30;
const functions = path.join(root, 'functions');

/** The bundler of the functions, with its options of a deployment. */
async function bundle(outfile: string): Promise<void> {
  const esbuild = createRequire(path.join(functions, 'package.json'))('esbuild') as {
    build(options: object): Promise<unknown>;
  };
  await esbuild.build({
    entryPoints: [path.join(root, 'scripts/bench/overhead-program.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    minify: true,
    keepNames: true,
    external: ['@sentry/google-cloud-serverless'],
    logLevel: 'error',
  });
}

function run(file: string, env: Record<string, string>): Promise<Overhead> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file], {
      env: {
        GCLOUD_PROJECT: 'demo-bench',
        RECORDINGS_BUCKET: 'demo-bench.appspot.com',
        VERTEX_LOCATION: 'europe-west4',
        VERTEX_MODEL: 'gemini-3.5-flash-lite',
        NARRATOR_TEXTS_A_DAY: '10000',
        FUNCTION_TARGET: 'onAnalysisRequested',
        ...env,
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.once('message', (message) => {
      resolve(message as Overhead);
    });
    child.once('exit', (code) => {
      reject(new Error(`A process of the bench ended with ${code ?? 'a signal'} and said nothing.`));
    });
  });
}

/** @returns the figures, for reading or as JSON */
export async function benchOverhead({ json }: { json: boolean }): Promise<string> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
  const collector = await startCollector();
  try {
    const file = path.join(folder, 'overhead.cjs');
    await bundle(file);
    const on = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin, SENTRY_DSN: 'http://key@127.0.0.1:9/1' };
    const runs: { on: Overhead[]; off: Overhead[] } = { on: [], off: [] };
    for (let round = 0; round < rounds; round++) {
      runs.off.push(await run(file, {}));
      runs.on.push(await run(file, on));
    }
    const of = (which: 'on' | 'off', what: keyof Overhead) => median(runs[which].map((one) => one[what]));
    const rows = [
      { name: 'a warm invocation, CPU, ms', what: 'warm', most: mostCpuMs },
      { name: 'memory (RSS), warm, MB', what: 'rss', most: mostRssMb },
      // Run flat out, V8 lets its young generation grow; it lives on less.
      { name: 'the same after 500 at a stretch', what: 'rssAfter' },
      { name: 'loading the bundle, CPU, ms', what: 'load' },
      { name: 'the first invocation, CPU, ms', what: 'first' },
    ] as const;
    const figures = rows.map((row) => {
      const [off, all] = [of('off', row.what), of('on', row.what)];
      return { name: row.name, off, on: all, more: all - off, most: 'most' in row ? row.most : undefined };
    });
    const machine = `${os.cpus()[0]?.model ?? 'unknown CPU'}, ${os.availableParallelism()} cores, Node ${process.version}`;
    if (json) return JSON.stringify({ machine, figures }, null, 2);
    const cell = (value: number) => value.toFixed(2).padStart(10);
    const head = `${''.padEnd(32)}${'off'.padStart(10)}${'on'.padStart(10)}${'more'.padStart(10)}`;
    const lines = figures.map(({ name, off, on: all, more, most }) => {
      const verdict = most === undefined ? '' : `  at most ${most}: ${more <= most ? 'met' : 'NOT MET'}`;
      return `${name.padEnd(32)}${cell(off)}${cell(all)}${cell(more)}${verdict}`;
    });
    return [machine, head, ...lines].join('\n');
  } finally {
    await collector.close();
    fs.rmSync(folder, { recursive: true });
  }
}
