// How long the sample week takes on the emulators, from the first byte to the narrative, as an app sends it: once with cold
// functions, then warm, each time as a new person.
import fs from 'node:fs';
import path from 'node:path';
import { median } from '../../functions/src/domain/metrics/statistics.ts';
import { describeMachine, thisMachine } from './machine.ts';
import type { Recording } from '../../functions/src/contract/recording.ts';
import { onEmulators } from '../client/place.ts';
import { signUp } from '../client/session.ts';
import { startStack, type Stack } from '../local-stack/emulators.ts';
import { cpuMsOf, rssMbOf, runIdVariable, workersOf } from '../local-stack/processes.ts';
import { buildFunctions } from '../lib/build-functions.ts';
import { samplePerson } from '../sample-data/sample-person.ts';
import { sampleWeek } from '../sample-data/sample-week.ts';

const warmRounds = 15;

interface Times {
  sent: number;
  analyzed: number;
  narrated: number;
}

async function journey(stack: Stack, recording: Recording): Promise<Times> {
  const { loop, end } = await signUp(onEmulators(stack.origins));
  await loop.setPerson(samplePerson());
  const started = performance.now();
  const elapsed = (): number => performance.now() - started;
  const uploadId = await loop.uploadRecording(recording).sent;
  const sent = elapsed();
  let analyzed = NaN;
  for await (const { status, stage, code } of loop.uploadStatus(uploadId)) {
    if (stage === 'narrative') analyzed ||= elapsed();
    if (status === 'failed') throw new Error(`The upload ended as ${code}.`);
  }
  const narrated = elapsed();
  await end();
  return { sent, analyzed, narrated };
}

/** CPU time of the workers so far, ms, by function. */
function cpuByFunction(stack: Stack): Map<string, number> {
  const totals = new Map<string, number>();
  for (const { pid, target } of workersOf(stack.env[runIdVariable]!)) {
    totals.set(target, (totals.get(target) ?? 0) + cpuMsOf(pid));
  }
  return totals;
}

function row(name: string, { sent, analyzed, narrated }: Times): string {
  const cells = [sent, analyzed, narrated].map((ms) => `${ms.toFixed(0)} ms`.padStart(12));
  return `${name.padEnd(24)}${cells.join('')}`;
}

/** Prints the figures and writes results/journey.json. */
export async function benchJourney(): Promise<void> {
  buildFunctions();
  const stack = await startStack({ ports: 'free' });
  try {
    const recording = sampleWeek();
    const cold = await journey(stack, recording);
    const warm: Times[] = [];
    const before = cpuByFunction(stack);
    for (let i = 0; i < warmRounds; i++) warm.push(await journey(stack, recording));
    const of = (name: keyof Times): number => median(warm.map((times) => times[name]));
    const machine = thisMachine();
    console.log(`\n${describeMachine(machine)}`);
    console.log(
      `a week of ${recording.samples.length} samples, ${JSON.stringify(recording).length} bytes of JSON\n`,
    );
    console.log(
      `${''.padEnd(24)}${['sent', 'analysis', 'narrative'].map((name) => name.padStart(12)).join('')}`,
    );
    console.log(row('first, functions cold', cold));
    const medians = { sent: of('sent'), analyzed: of('analyzed'), narrated: of('narrated') };
    console.log(row(`median of ${warmRounds}, warm`, medians));
    const rss = new Map(
      workersOf(stack.env[runIdVariable]!).map(({ pid, target }) => [target, rssMbOf(pid)]),
    );
    console.log('\nCPU of an upload, mean of the warm ones, and memory of the worker afterwards');
    const cpuMs: Record<string, number> = {};
    for (const [target, total] of cpuByFunction(stack)) {
      const ms = (total - (before.get(target) ?? 0)) / warmRounds;
      cpuMs[target] = ms;
      console.log(
        `${target.padEnd(24)}${`${ms.toFixed(0)} ms`.padStart(12)}${`${rss.get(target)?.toFixed(0) ?? '?'} MB`.padStart(12)}`,
      );
    }
    const results = path.join(import.meta.dirname, 'results');
    fs.mkdirSync(results, { recursive: true });
    const outcome = { machine, cold, warm: medians, warmRounds, cpuMs };
    fs.writeFileSync(path.join(results, 'journey.json'), `${JSON.stringify(outcome, null, 2)}\n`);
  } finally {
    await stack.stop();
  }
}
