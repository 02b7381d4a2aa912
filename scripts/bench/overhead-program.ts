// One process of `npm run bench:overhead`: the invocations of an analysis on ports in memory, as the functions run them; prints
// what they took. What is on is in the environment.
import { memoryPorts, memoryState } from '../../functions/src/adapters/memory/memory.ts';
import { requested } from '../../functions/src/domain/upload/upload.ts';
import { observations, observedModels } from '../../functions/src/observations.ts';
import { handleEvent } from '../../functions/src/platform/event.ts';
import { observed } from '../../functions/src/telemetry/instrument.ts';
import { formatTraceparent, childOf, handOn } from '../../functions/src/telemetry/trace.ts';
import type { AnalysisRequests, Models } from '../../functions/src/workflows/ports.ts';

/** CPU of the process and its memory, in ms and MB. */
export interface Overhead {
  load: number;
  first: number;
  warm: number;
  /** After the warm-up, and after all rounds. */
  rss: number;
  rssAfter: number;
}

const warmUp = 20;
const rounds = 500;
const nights = 7;

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const rssMb = (): number => process.memoryUsage().rss / 1e6;

const carrying = { handOn, invocation: () => undefined };
const names = { analysisTopic: 'analysis-requested', deadLetterTopic: 'dead-letters', model: 'gemini' };
const table = observations(carrying, names);
const memory = memoryPorts(memoryState());
const ports = {
  histories: observed('histories', memory.histories, table.histories),
  people: observed('people', memory.people, table.people),
  analyses: observed('analyses', memory.analyses, table.analyses),
  requests: observed<AnalysisRequests>('requests', { publish: () => Promise.resolve() }, table.requests),
};
const still: Models = {
  encoder: () => Promise.resolve(undefined),
  sleep: () =>
    Promise.resolve({
      card: { name: 'sleep', version: '0', sha256: '' },
      thresholds: {},
      stage: () => Promise.resolve(new Float32Array()),
    }),
};
const models = observedModels(still);
const key = { uid: 'bench', uploadId: 'bench-upload' };
const delivery = { id: 'event-1', type: 'google.cloud.pubsub.topic.v1.messagePublished' };

/** As many calls of ports as the analysis of a week makes, none of which does anything. */
async function invocation(): Promise<void> {
  const traceparent = formatTraceparent(childOf(undefined));
  await handleEvent(
    { event: 'onAnalysisRequested', delivery, uploadId: key.uploadId, traceparent },
    async (handed) => {
      await ports.people.find(key.uid);
      await ports.analyses.find(key);
      const stored = await ports.histories.state(key.uid);
      await ports.histories.samples(key.uid, '2025-06-02', '2025-06-09');
      await ports.histories.commit(key.uid, stored, stored.state, {});
      await ports.requests.publish({ ...key, traceparent: handed });
      const model = await models.sleep();
      for (let night = 0; night < nights; night++) await model.stage(new Float32Array(), 480);
      return 'analyzed';
    },
  );
}

async function measure(): Promise<Overhead> {
  const announced = { contentType: 'application/json', sizeBytes: 1, sha256: null };
  await memory.uploads.open(key, requested(announced, '', 0, 'bench'));
  const load = cpuMs();
  await invocation();
  const first = cpuMs() - load;
  for (let i = 0; i < warmUp; i++) await invocation();
  const rss = rssMb();
  const before = cpuMs();
  for (let i = 0; i < rounds; i++) await invocation();
  const warm = (cpuMs() - before) / rounds;
  return { load, first, warm, rss, rssAfter: rssMb() };
}

void measure().then((overhead) => process.send?.(overhead));
