// How time and memory grow with the number of samples: each point in a process of its own.
import { spawnSync } from 'node:child_process';
import { Readable } from 'node:stream';
import path from 'node:path';
import { memoryPorts } from '../../functions/src/adapters/memory/memory.ts';
import { onnxModels } from '../../functions/src/adapters/onnx.ts';
import { requested } from '../../functions/src/domain/upload/upload.ts';
import { servePerson } from '../../functions/src/workflows/serve-person.ts';
import { readRecording } from '../../functions/src/ingest/read-recording.ts';
import { root } from '../lib/root.ts';
import { sampleWeek } from '../sample-data/sample-week.ts';

export interface Point {
  samples: number;
  cpuMs: number;
  /** Peak of the process, above what it was before. */
  rssMb: number;
}

export interface Curve {
  name: string;
  points: Point[];
  /** Of the fit `cpuMs ~ samples ^ exponent`: 1 is proportional. */
  exponent: number;
  rssExponent: number;
}

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const key = { uid: 'bench', uploadId: 'growth-1' };
const program = path.join(import.meta.dirname, 'growth-program.ts');
/** x1, x10, x100 of a day of a watch. */
const days = [1, 10, 100];

function bodyOf(count: number, ndjson: boolean): { body: Buffer; samples: number } {
  const { samples, ...head } = sampleWeek({ days: count, withStages: false });
  const body = ndjson
    ? Buffer.from([head, ...samples].map((line) => JSON.stringify(line)).join('\n'))
    : Buffer.from(JSON.stringify({ ...head, samples }));
  return { body, samples: samples.length };
}

/** Pieces as a socket gives them, so that NDJSON is not held as a whole twice. */
function pieces(body: Buffer): Readable {
  return Readable.from(
    (function* () {
      for (let i = 0; i < body.length; i += 65_536) yield body.subarray(i, i + 65_536);
    })(),
  );
}

async function read(body: Buffer, contentType: string): Promise<void> {
  const options = { contentType, receivedAt: Date.now(), maxBytes: Infinity };
  await readRecording(() => pieces(body), { ...options, onEnvelope: () => Promise.resolve(undefined) });
}

async function analyze(body: Buffer, contentType: string): Promise<void> {
  const ports = { ...memoryPorts(), models: onnxModels(path.join(root, 'functions/models')) };
  const announced = { contentType, sizeBytes: body.length, sha256: null };
  await ports.uploads.open(key, requested(announced, traceparent, Date.now(), 'incarnation-1'));
  await ports.recordings.create(key, body, { contentType, traceparent });
  const outcome = await servePerson(ports, { ...key, traceparent });
  if (outcome !== 'analyzed') throw new Error(`The analysis ended as ${outcome}.`);
}

const json = 'application/json';
const ndjson = 'application/x-ndjson';
const works: Record<
  string,
  { contentType: string; work: (body: Buffer, contentType: string) => Promise<void> }
> = {
  'reading JSON': { contentType: json, work: read },
  'reading NDJSON': { contentType: ndjson, work: read },
  'servePerson, NDJSON': { contentType: ndjson, work: analyze },
};

/** One point: what the work takes on so many days, in this process. */
export async function measure(name: string, count: number): Promise<Point> {
  const { contentType, work } = works[name]!;
  // The code is warm, the memory is not: what grows is the work.
  await work(bodyOf(1, contentType === ndjson).body, contentType);
  const { body, samples } = bodyOf(count, contentType === ndjson);
  globalThis.gc?.();
  const { rss } = process.memoryUsage();
  let peak = rss;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 5);
  const began = process.cpuUsage();
  await work(body, contentType);
  const { user, system } = process.cpuUsage(began);
  clearInterval(watch);
  peak = Math.max(peak, process.memoryUsage.rss());
  return { samples, cpuMs: (user + system) / 1000, rssMb: Math.max(0.1, (peak - rss) / 1e6) };
}

/** The slope of the straight line through the logarithms. */
export function exponentOf(points: readonly { x: number; y: number }[]): number {
  const logs = points.map(({ x, y }) => [Math.log(x), Math.log(y)] as const);
  const mean = (i: 0 | 1): number => logs.reduce((sum, log) => sum + log[i], 0) / logs.length;
  const [x0, y0] = [mean(0), mean(1)];
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0);
  return covariance / logs.reduce((sum, [x]) => sum + (x - x0) ** 2, 0);
}

export function growth(): Curve[] {
  return Object.keys(works).map((name) => {
    const points = days.map((count) => {
      const args = ['--expose-gc', program, name, String(count)];
      const { status, stdout } = spawnSync(process.execPath, args, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      if (status !== 0) throw new Error(`${name}, ${count} days, failed`);
      return JSON.parse(stdout) as Point;
    });
    return {
      name,
      points,
      exponent: exponentOf(points.map(({ samples, cpuMs }) => ({ x: samples, y: cpuMs }))),
      rssExponent: exponentOf(points.map(({ samples, rssMb }) => ({ x: samples, y: rssMb }))),
    };
  });
}
