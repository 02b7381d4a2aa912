import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { memoryPorts } from '../../functions/src/adapters/memory/memory.ts';
import { onnxModels } from '../../functions/src/adapters/onnx.ts';
import { packTraced, unpackOrigins, unpackSamples } from '../../functions/src/adapters/week-bytes.ts';
import { conclude } from '../../functions/src/domain/analysis/analysis.ts';
import { findingsOf } from '../../functions/src/domain/analysis/findings.ts';
import { prepare } from '../../functions/src/domain/analysis/prepare.ts';
import { byUtcWeek } from '../../functions/src/domain/samples/week.ts';
import { dayMs } from '../../functions/src/domain/time.ts';
import { mergeTraced, uniqueSamples } from '../../functions/src/domain/samples/origins.ts';
import type { Sample } from '../../functions/src/domain/samples/sample.ts';
import { sleepFeatures } from '../../functions/src/domain/metrics/sleep-features.ts';
import { median } from '../../functions/src/domain/metrics/statistics.ts';
import { requested } from '../../functions/src/domain/upload/upload.ts';
import { servePerson } from '../../functions/src/workflows/serve-person.ts';
import { windowDays } from '../../functions/src/workflows/steps/compute-weeks.ts';
import { readRecording, type ReadOptions } from '../../functions/src/ingest/read-recording.ts';
import { installPat } from '../../functions/test/support/pat.ts';
import { generatedWeek } from '../models/pat/generated-week.ts';
import { models, OfflinePerson } from '../analyze/offline-person.ts';
import { root } from '../lib/root.ts';
import { sampleWeek, type SampleWeekOptions } from '../sample-data/sample-week.ts';
import { rivals } from './rivals.ts';

/** A figure, and the most it may be where there is a budget. */
export interface Figure {
  name: string;
  value: number;
  unit: 'x' | 'ms' | 'MB';
  most?: number;
}

const megabyte = 1e6;

const json: Omit<ReadOptions, 'onSamples'> = {
  contentType: 'application/json',
  receivedAt: Date.now(),
  maxBytes: Infinity,
  onEnvelope: () => Promise.resolve(undefined),
};

/** What a measured stretch took: CPU of all threads and of this one, and time on the clock. */
interface Times {
  cpuMs: number;
  threadMs: number;
  wallMs: number;
}

async function timed(work: () => unknown): Promise<Times> {
  const began = performance.now();
  const cpu = process.cpuUsage();
  const thread = process.threadCpuUsage();
  await work();
  const ms = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1000;
  return {
    cpuMs: ms(process.cpuUsage(cpu)),
    threadMs: ms(process.threadCpuUsage(thread)),
    wallMs: performance.now() - began,
  };
}

function medianOf(times: readonly Times[], what: keyof Times): number {
  return median(times.map((time) => time[what]));
}

/**
 * Reading 10 MB of HealthKit's JSON, against `JSON.parse` of the same bytes in turn with it; both in CPU time of the
 * thread, because on a shared machine the clock measures the neighbours as well.
 */
async function readJson(): Promise<Figure[]> {
  const warmUp = 5;
  const rounds = 25;
  const bytes = Buffer.from(JSON.stringify(sampleWeek({ days: 20 })));
  const parse: Times[] = [];
  const read: Times[] = [];
  for (let round = 0; round < warmUp + rounds; round++) {
    const parsed = await timed(() => JSON.parse(bytes.toString('utf8')) as unknown);
    const whole = await timed(() => readRecording(() => Readable.from([bytes]), json));
    if (round < warmUp) continue;
    parse.push(parsed);
    read.push(whole);
  }
  const [parseMs, readMs] = [medianOf(parse, 'threadMs'), medianOf(read, 'threadMs')];
  const size = `${(bytes.length / megabyte).toFixed(1)} MB of JSON`;
  return [
    { name: `${size}, JSON.parse alone`, value: parseMs, unit: 'ms' },
    { name: `${size}, parsed, validated and normalised`, value: readMs, unit: 'ms' },
    { name: `${size}, ratio of the two`, value: readMs / parseMs, unit: 'x', most: 2.5 },
  ];
}

/** The same samples checked by schema libraries, `JSON.parse` included, against ours, which also makes samples of them. */
async function compareValidation(): Promise<Figure[]> {
  const rounds = 15;
  const bytes = Buffer.from(JSON.stringify(sampleWeek({ days: 20 })));
  const parse = (): { samples: unknown[] } => JSON.parse(bytes.toString('utf8')) as { samples: unknown[] };
  const works: Record<string, () => unknown> = {
    'JSON.parse alone': parse,
    ours: () => readRecording(() => Readable.from([bytes]), json),
  };
  for (const [name, isUsable] of Object.entries(rivals)) {
    works[name] = () => {
      if (!parse().samples.every(isUsable)) throw new Error(`${name} refuses what we take`);
    };
  }
  const times = new Map(Object.keys(works).map((name) => [name, [] as Times[]]));
  for (let round = -3; round < rounds; round++) {
    for (const [name, work] of Object.entries(works)) {
      const time = await timed(work);
      if (round >= 0) times.get(name)!.push(time);
    }
  }
  const alone = medianOf(times.get('JSON.parse alone')!, 'threadMs');
  return [...times].slice(1).map(([name, all]) => ({
    name: `parsed and checked by ${name}, to JSON.parse alone`,
    value: medianOf(all, 'threadMs') / alone,
    unit: 'x',
  }));
}

/** A day's samples into its week, and the metrics of a week from its samples. */
async function weekAndMetrics(): Promise<Figure[]> {
  const rounds = 30;
  const options = { ...json, onSamples: (samples: Sample[]) => void batches.push(samples) };
  const batches: Sample[][] = [];
  const fortnight = Buffer.from(JSON.stringify(sampleWeek({ days: 14 })));
  await readRecording(() => Readable.from([fortnight]), options);
  const all = uniqueSamples(batches.flat());
  const [name, week] = [...byUtcWeek(all)].at(-1)!;
  const day = week.filter(({ start }) => utcDay(start) === utcDay(week.at(-1)!.start));
  const packed = packTraced(name, { samples: week, origins: week.map(() => ['before-1']) });
  const merge: Times[] = [];
  const metrics: Times[] = [];
  const latest = all.filter(({ start }) => start >= all.at(-1)!.start - (windowDays + 1) * dayMs);
  for (let round = -10; round < rounds; round++) {
    const merged = await timed(() => {
      const before = {
        samples: unpackSamples(name, packed.bytes),
        origins: unpackOrigins(packed.origins),
      };
      packTraced(name, mergeTraced(before, 'now-1', day, new Set()).traced);
    });
    const measured = await timed(() => conclude(findingsOf(prepare(latest, windowDays)!, []), []));
    if (round < 0) continue;
    merge.push(merged);
    metrics.push(measured);
  }
  return [
    {
      name: `a week of ${week.length} samples unpacked, a day of ${day.length} merged, and packed, CPU`,
      value: medianOf(merge, 'cpuMs'),
      unit: 'ms',
    },
    {
      name: `all metrics of a week of ${latest.length} samples, without models, CPU`,
      value: medianOf(metrics, 'cpuMs'),
      unit: 'ms',
    },
  ];
}

const utcDay = (at: number): number => Math.floor(at / dayMs);

/** The whole of servePerson on ports in memory: a week's recording that is stored, to its analysis. */
async function wholeAnalysis(): Promise<Figure[]> {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const recording = Buffer.from(JSON.stringify(sampleWeek({ withStages: false })));
  const { contentType } = json;
  const ports = { ...memoryPorts(), models: onnxModels(path.join(root, 'functions', 'models')) };
  const times: Times[] = [];
  for (let round = -10; round < 30; round++) {
    const key = { uid: `bench-${round}`, uploadId: 'bench-1' };
    const announced = { contentType, sizeBytes: recording.length, sha256: null };
    await ports.uploads.open(key, requested(announced, traceparent, Date.now(), 'incarnation-1'));
    await ports.recordings.create(key, recording, { contentType, traceparent });
    const time = await timed(() => servePerson(ports, { ...key, traceparent }));
    if (round >= 0) times.push(time);
  }
  return [
    { name: 'servePerson of a week on memory ports, CPU', value: medianOf(times, 'cpuMs'), unit: 'ms' },
    {
      name: 'servePerson of a week on memory ports, on the clock',
      value: medianOf(times, 'wallMs'),
      unit: 'ms',
    },
  ];
}

/** PAT-L in the official layout; its weights are random, which costs the same. */
async function encoder(): Promise<Figure[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
  try {
    installPat(folder, { size: 'L' });
    const loaded = await timed(async () => (await onnxModels(folder).encoder())!.embed(generatedWeek(1)));
    const pat = (await onnxModels(folder).encoder())!;
    const times: Times[] = [];
    for (let round = -3; round < 15; round++) {
      const time = await timed(() => pat.embed(generatedWeek(round + 10)));
      if (round >= 0) times.push(time);
    }
    return [
      { name: 'PAT-L, loading and first week, on the clock', value: loaded.wallMs, unit: 'ms' },
      { name: 'PAT-L, a week, CPU', value: medianOf(times, 'cpuMs'), unit: 'ms' },
    ];
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const millionSamples = 1_000_000;

/** The offline command on a long recording: its memory is bounded by the days, not by the size. */
function readNdjson(): Figure[] {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
  try {
    const file = path.join(folder, 'recording.ndjson');
    const peak = path.join(folder, 'peak');
    const bytes = writeRecording(file, millionSamples);
    const began = performance.now();
    const { status } = spawnSync(
      process.execPath,
      [
        '--import',
        path.join(import.meta.dirname, 'peak-memory.ts'),
        path.join(root, 'scripts', 'analyze.ts'),
        file,
      ],
      { env: { ...process.env, PEAK_MEMORY_FILE: peak }, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const wallMs = performance.now() - began;
    if (status !== 0) throw new Error('the command failed');
    const what = `${(bytes / megabyte).toFixed(0)} MB of NDJSON, 1,000,000 samples`;
    return [
      {
        name: `${what}, peak RSS`,
        value: (Number(fs.readFileSync(peak, 'utf8')) * 1024) / megabyte,
        unit: 'MB',
        most: 300,
      },
      { name: `${what}, read and analysed`, value: wallMs, unit: 'ms' },
    ];
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Month after month of sample weeks, up to `count` samples; gives its size. */
function writeRecording(file: string, count: number): number {
  const daysEach = 28;
  const handle = fs.openSync(file, 'w');
  try {
    let bytes = 0;
    for (let month = 0, written = 0; written < count; month++) {
      const endDay = new Date(Date.UTC(2022, 0, 1 + daysEach * month)).toISOString().slice(0, 10);
      const { samples, ...head } = sampleWeek({ seed: month, days: daysEach, endDay });
      const kept = samples.slice(0, count - written);
      const lines = (month === 0 ? [head, ...kept] : kept).map((line) => `${JSON.stringify(line)}\n`);
      bytes += fs.writeSync(handle, lines.join(''));
      written += kept.length;
    }
    return bytes;
  } finally {
    fs.closeSync(handle);
  }
}

async function personOf(options: SampleWeekOptions): Promise<OfflinePerson> {
  const person = new OfflinePerson();
  // The day before the window as well: its evening belongs to the first night.
  const recording = sampleWeek({ days: windowDays + 1, ...options });
  const bytes = Buffer.from(JSON.stringify(recording));
  await readRecording(() => Readable.from([bytes]), {
    ...json,
    onSamples: (samples) => person.add(samples),
  });
  return person;
}

/** Without HealthKit's stages, every night that was worn is staged by the model. */
const weeks: Record<string, SampleWeekOptions> = {
  'staged by the model': { withStages: false },
  'with stages of the watch': { withStages: true },
};

export async function analysis(kind: string) {
  const person = await personOf(weeks[kind]!);
  await models.sleep();
  return () => timed(() => person.analysis(windowDays));
}

async function warmWeek(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const kind of Object.keys(weeks)) {
    const analyze = await analysis(kind);
    const times = [];
    for (let round = 0; round < 60; round++) {
      const time = await analyze();
      if (round >= 20) times.push(time);
    }
    const name = `a week ${kind}`;
    figures.push(
      { name: `${name}, CPU`, value: medianOf(times, 'cpuMs'), unit: 'ms', most: 100 },
      { name: `${name}, on the clock`, value: medianOf(times, 'wallMs'), unit: 'ms' },
    );
  }
  return figures;
}

/** The first call of a fresh process: much of it is the compiler's. */
function coldWeek(): Figure[] {
  return Object.keys(weeks).map((kind) => {
    const times = Array.from({ length: 7 }, () => {
      const child = spawnSync(
        process.execPath,
        [path.join(import.meta.dirname, 'first-week-program.ts'), kind],
        {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      return JSON.parse(child.stdout) as Times;
    });
    return { name: `a week ${kind}, first call, CPU`, value: medianOf(times, 'cpuMs'), unit: 'ms' };
  });
}

/** The model alone, on nights of eight hours. */
async function inference(): Promise<Figure[]> {
  const minutes = 480;
  const nights = Array.from({ length: 7 }, (_, night) =>
    sleepFeatures(
      Float64Array.from(
        { length: minutes },
        (_, i) => 58 + 6 * Math.cos((i + 40 * night) / 70) + ((7 * i) % 5),
      ),
      null,
    ),
  );
  const load = await timed(() => onnxModels(path.join(root, 'functions', 'models')).sleep());
  const model = await onnxModels(path.join(root, 'functions', 'models')).sleep();
  const times = [];
  for (let round = 0; round < 40; round++) {
    const time = await timed(async () => {
      for (const features of nights) await model.stage(features, minutes);
    });
    if (round >= 10) times.push(time);
  }
  return [
    { name: 'the sleep model, loading', value: load.wallMs, unit: 'ms' },
    { name: 'the sleep model, seven nights, CPU', value: medianOf(times, 'cpuMs'), unit: 'ms' },
    { name: 'the sleep model, seven nights, on the clock', value: medianOf(times, 'wallMs'), unit: 'ms' },
  ];
}

export const parts: Record<string, () => Figure[] | Promise<Figure[]>> = {
  json: readJson,
  rivals: compareValidation,
  days: weekAndMetrics,
  whole: wholeAnalysis,
  pat: encoder,
  ndjson: readNdjson,
  week: warmWeek,
  'first week': coldWeek,
  model: inference,
};
