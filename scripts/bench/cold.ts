// What the start of each function costs, and its first request. Interleaved with a function that does nothing and with one that
// imports everything, so that they share the machine's moods.
import fs from 'node:fs';
import path from 'node:path';
import { deployment } from '../../functions/src/deployment.ts';
import { median } from '../../functions/src/domain/metrics/statistics.ts';
import type { Ports } from '../../functions/src/workflows/ports.ts';
import {
  bareHello,
  deployed,
  everythingEagerly,
  removeProgram,
  startInstance,
  type Program,
  type Used,
} from './cold-start.ts';
import { firstRequest, withoutFirstRequest } from './first-requests.ts';
import { describeMachine, thisMachine } from './machine.ts';
import { markdownTable } from './tables.ts';
import { startStack, type Stack } from '../local-stack/emulators.ts';
import { buildFunctions } from '../lib/build-functions.ts';

const resultsFile = path.join(import.meta.dirname, 'results/cold.json');
const budget = { ratio: 1.5, firstRequestCpuMs: 600, rssMb: 150, rssOfInferenceMb: 200 };
const inference = 'onAnalysisRequested';
const deployedNames = Object.keys(deployment).sort();

const environment = {
  GCLOUD_PROJECT: 'demo-clarity-loop',
  RECORDINGS_BUCKET: 'demo-clarity-loop.appspot.com',
  VERTEX_LOCATION: 'europe-west4',
  VERTEX_MODEL: 'gemini-3.5-flash-lite',
  NARRATOR_TEXTS_A_DAY: '10000',
  LOG_LEVEL: 'error',
};

type Cost = Omit<Used, 'port'>;

interface Outcome {
  start: Cost;
  /** From the start of the process to the answer of its first request. */
  answered?: Cost;
}

function medians(all: readonly Used[]): Cost {
  const of = (what: keyof Cost): number => Math.round(median(all.map((used) => used[what])));
  return { cpuMs: of('cpuMs'), wallMs: of('wallMs'), rssMb: of('rssMb') };
}

async function measureStarts(programs: Record<string, Program>, rounds: number): Promise<Map<string, Cost>> {
  const used = new Map(Object.keys(programs).map((name) => [name, [] as Used[]]));
  for (let round = 0; round < rounds; round++) {
    console.error(`[bench] starts, round ${round + 1} of ${rounds}`);
    for (const [name, program] of Object.entries(programs)) {
      const instance = await startInstance(program, environment);
      instance.stop();
      used.get(name)!.push(instance.started);
    }
  }
  return new Map([...used].map(([name, all]) => [name, medians(all)]));
}

/** The events of the emulators must not reach the functions that they run themselves. */
async function disableTriggers({ origins }: Stack): Promise<void> {
  const response = await fetch(`${origins.hub}/functions/disableBackgroundTriggers`, { method: 'PUT' });
  if (!response.ok) throw new Error(`The triggers are still on: ${response.status}`);
}

async function measureFirstRequests(names: readonly string[], rounds: number): Promise<Map<string, Cost>> {
  const stack = await startStack({ ports: 'free', quiet: true });
  try {
    await disableTriggers(stack);
    const env = {
      ...environment,
      ...stack.env,
      ...stack.vertex.env,
      METADATA_SERVER_DETECTION: 'none',
      // There are no App Check tokens here; as in the emulator, none are asked for.
      FUNCTIONS_EMULATOR: 'true',
    };
    Object.assign(process.env, env);
    stack.vertex.trustHere();
    const { app } = await import('../../functions/src/app.ts');
    const used = new Map(names.map((name) => [name, [] as Used[]]));
    for (let round = 0; round < rounds; round++) {
      console.error(`[bench] first requests, round ${round + 1} of ${rounds}`);
      for (const name of names) used.get(name)!.push(await answerOne(name, stack, app(), env));
    }
    return new Map([...used].map(([name, all]) => [name, medians(all)]));
  } finally {
    await stack.stop();
  }
}

async function answerOne(
  name: string,
  stack: Stack,
  ports: Ports,
  env: Record<string, string>,
): Promise<Used> {
  const request = await firstRequest(name, stack, ports);
  const instance = await startInstance(deployed(name), env);
  try {
    const response = await fetch(`http://127.0.0.1:${instance.started.port}/`, {
      method: 'POST',
      ...request,
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${name} answered ${response.status}: ${answer}\n${instance.said()}`);
    return await instance.used();
  } finally {
    instance.stop();
  }
}

function table(outcomes: Record<string, Outcome>): string {
  const hello = outcomes['bare hello']!.start.cpuMs;
  const rows = Object.entries(outcomes).map(([name, { start, answered }]) => [
    name,
    `${start.cpuMs} ms`,
    (start.cpuMs / hello).toFixed(2),
    `${start.wallMs} ms`,
    `${start.rssMb} MB`,
    answered ? `${answered.cpuMs} ms` : '',
    answered ? `${answered.rssMb} MB` : '',
  ]);
  const head = [
    '',
    'CPU until it listens',
    'to bare hello',
    'clock',
    'RSS',
    'CPU with first request',
    'RSS then',
  ];
  return markdownTable(head, rows);
}

/** What is over its budget, a sentence each. */
function excesses(outcomes: Record<string, Outcome>): string[] {
  const hello = outcomes['bare hello']!.start.cpuMs;
  return Object.entries(outcomes).flatMap(([name, { start, answered }]) => {
    if (!deployedNames.includes(name)) return [];
    const rssMb = name === inference ? budget.rssOfInferenceMb : budget.rssMb;
    return [
      start.cpuMs / hello > budget.ratio
        ? `${name} starts with more than ${budget.ratio} x the bare hello`
        : [],
      start.rssMb > rssMb ? `${name} idles at more than ${rssMb} MB` : [],
      answered && answered.cpuMs > budget.firstRequestCpuMs
        ? `${name} takes more than ${budget.firstRequestCpuMs} ms of CPU until its first answer`
        : [],
    ].flat();
  });
}

export interface Options {
  /** Of starts; first requests take half as many. */
  rounds: number;
  json: boolean;
  /** Without first requests it needs no emulators, and so no Java. */
  requests: boolean;
}

/**
 * Writes results/cold.json.
 *
 * @returns the figures, for reading or as JSON, and a sentence for each that is over its budget
 */
export async function benchCold({
  rounds,
  json,
  requests,
}: Options): Promise<{ text: string; excesses: string[] }> {
  const missing = withoutFirstRequest(deployedNames);
  if (missing.length > 0) {
    throw new Error(`scripts/bench/first-requests.ts has no request for ${missing.join(', ')}: add one.`);
  }
  const machine = thisMachine();
  buildFunctions();
  const hello = bareHello();
  const eager = everythingEagerly();
  let starts;
  try {
    const ours = Object.fromEntries(deployedNames.map((name) => [name, deployed(name)]));
    starts = await measureStarts({ 'bare hello': hello, ...ours, 'everything eagerly': eager }, rounds);
  } finally {
    for (const program of [hello, eager]) removeProgram(program);
  }
  const answers = requests
    ? await measureFirstRequests(deployedNames, Math.ceil(rounds / 2))
    : new Map<string, Cost>();

  const outcomes: Record<string, Outcome> = {};
  for (const [name, start] of starts) {
    const answered = answers.get(name);
    outcomes[name] = { start, ...(answered ? { answered } : {}) };
  }
  const results = JSON.stringify({ machine, rounds, budget, functions: outcomes }, null, 2);
  fs.mkdirSync(path.dirname(resultsFile), { recursive: true });
  fs.writeFileSync(resultsFile, `${results}\n`);
  const text = `${describeMachine(machine)}; medians of ${rounds} rounds\n\n${table(outcomes)}`;
  return { text: json ? results : text, excesses: excesses(outcomes) };
}
