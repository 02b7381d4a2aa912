// Many uploads of several people through the emulators while things go wrong, and then an audit: whatever was accepted has ended,
// once, with nothing missing and nothing over.
import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { collection, getDocs, getFirestore } from 'firebase/firestore';
import { ClientError } from '../../functions/client/client.ts';
import type { NarrativeDocument, UploadDocument } from '../../functions/src/contract/documents.ts';
import type { Recording } from '../../functions/src/contract/recording.ts';
import { onEmulators } from '../client/place.ts';
import { signUp, type Session } from '../client/session.ts';
import { startStack, type Stack } from '../local-stack/emulators.ts';
import { runIdVariable, workersOf } from '../local-stack/processes.ts';
import { buildFunctions } from '../lib/build-functions.ts';
import { samplePerson } from '../sample-data/sample-person.ts';
import { sampleWeek } from '../sample-data/sample-week.ts';
import { minuteMs } from '../../functions/src/domain/time.ts';

const people = 5;
/** How long an upload may take before it is left to the sweep. */
const patienceMs = 20_000;
/** The sweep is run as if this much time had passed. */
const laterMs = 16 * minuteMs;
const vertexSliceMs = 500;

export interface Options {
  uploads: number;
  /** Share of uploads whose recording and whose message are sent again. */
  duplicates: number;
  /** Share of uploads after which a worker process is killed. */
  crashes: number;
  /** Share of the time in which Vertex AI answers 503. */
  vertexFailures: number;
  /** Uploads under way at once. */
  inParallel: number;
}

/** One upload of one person, and how it went. */
interface Sent {
  person: Session;
  uploadId: string;
  endedMs: number | undefined;
}

/** Kills one worker of the functions emulator, as if its instance had crashed. */
function killWorker(runId: string): boolean {
  const workers = workersOf(runId).filter(({ target }) => target.startsWith('on'));
  const worker = workers[Math.floor(Math.random() * workers.length)];
  if (!worker) return false;
  process.kill(worker.pid, 'SIGKILL');
  return true;
}

async function publishAgain(stack: Stack, { person, uploadId }: Sent): Promise<void> {
  const data = Buffer.from(JSON.stringify({ uid: person.uid, uploadId })).toString('base64');
  await fetch(`${stack.origins.pubsub}/v1/projects/${stack.project}/topics/analysis-requested:publish`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ data, attributes: { uploadId } }] }),
  });
}

/** Sends again what a crashed instance did not take. */
async function send({ loop }: Session, recording: Recording, uploadId: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await loop.uploadRecording(recording, { uploadId }).sent;
      return;
    } catch (problem) {
      if (attempt === 5) throw problem;
      await sleep(200 * attempt);
    }
  }
}

async function ended({ person, uploadId }: Sent): Promise<boolean> {
  const status = (await person.loop.upload(uploadId))?.status;
  return status === 'succeeded' || status === 'failed';
}

async function follow(sent: Sent, started: number): Promise<void> {
  const { person, uploadId } = sent;
  const states = person.loop.uploadStatus(uploadId, { signal: AbortSignal.timeout(patienceMs) });
  try {
    while (!(await states.next()).done);
    sent.endedMs = performance.now() - started;
  } catch (error) {
    if (!(error instanceof ClientError && error.code === 'client/canceled')) throw error;
  }
}

/** Takes the jobs one after the other, `width` at a time. */
async function inParallel(width: number, jobs: (() => Promise<void>)[]): Promise<void> {
  const next = jobs.values();
  const worker = async (): Promise<void> => {
    for (const job of next) await job();
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/** Runs the product's own sweep as if time had passed, until everything has ended or it no longer helps. */
async function sweepAll(stack: Stack, sent: Sent[]): Promise<{ runs: number; left: number }> {
  Object.assign(process.env, stack.env, { METADATA_SERVER_DETECTION: 'none', LOG_LEVEL: 'error' });
  Object.assign(process.env, {
    RECORDINGS_BUCKET: `${stack.project}.appspot.com`,
    VERTEX_LOCATION: 'europe-west4',
    VERTEX_MODEL: 'gemini-3.5-flash-lite',
    NARRATOR_TEXTS_A_DAY: '10000',
    ...stack.vertex.env,
  });
  stack.vertex.trustHere();
  const { app } = await import('../../functions/src/app.ts');
  const { sweepStalled } = await import('../../functions/src/workflows/sweep-stalled.ts');
  const { clock } = app();
  const later = { ...app(), clock: { ...clock, now: () => clock.now() + laterMs } };
  for (let runs = 1; ; runs++) {
    await sweepStalled(later);
    await sleep(3000);
    const open = await Promise.all(sent.map(async (one) => !(await ended(one))));
    const left = open.filter(Boolean).length;
    if (left === 0 || runs === 20) return { runs, left };
  }
}

interface Audit {
  accepted: number;
  succeeded: number;
  failed: Record<string, number>;
  templates: number;
  problems: string[];
}

/** Looks at every document there is: what was accepted has ended once, and nothing is there that was not accepted. */
async function audit(persons: Session[], sent: Sent[]): Promise<Audit> {
  const result: Audit = { accepted: 0, succeeded: 0, failed: {}, templates: 0, problems: [] };
  for (const person of persons) {
    const { uid, app } = person;
    const accepted = new Set(sent.filter((one) => one.person === person).map(({ uploadId }) => uploadId));
    const list = async <Document>(place: string): Promise<Map<string, Document>> => {
      const { docs } = await getDocs(collection(getFirestore(app), `users/${uid}/${place}`));
      return new Map(docs.map((document) => [document.id, document.data() as Document]));
    };
    const [uploads, analyses, narratives] = await Promise.all([
      list<UploadDocument>('uploads'),
      list('analyses'),
      list<NarrativeDocument>('narratives'),
    ]);
    result.accepted += accepted.size;
    for (const id of uploads.keys()) if (!accepted.has(id)) result.problems.push(`${id}: was never accepted`);
    for (const id of [...analyses.keys(), ...narratives.keys()]) {
      if (!uploads.has(id)) result.problems.push(`${id}: a document without an upload`);
    }
    for (const id of accepted) {
      const upload = uploads.get(id);
      if (upload?.status === 'failed') {
        const code = upload.code!;
        result.failed[code] = (result.failed[code] ?? 0) + 1;
      } else if (upload?.status !== 'succeeded') {
        result.problems.push(`${id}: ended as nothing (${upload?.status ?? 'gone'})`);
      } else if (!analyses.has(id) || !narratives.has(id)) {
        result.problems.push(`${id}: succeeded without an analysis or a narrative`);
      } else {
        result.succeeded++;
        if (narratives.get(id)!.source === 'template') result.templates++;
      }
    }
  }
  return result;
}

function percentile(sorted: number[], share: number): string {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return value === undefined ? '-' : `${(value / 1000).toFixed(2)} s`;
}

async function soak(stack: Stack, options: Options): Promise<boolean> {
  const persons = await Promise.all(Array.from({ length: people }, () => signUp(onEmulators(stack.origins))));
  for (const { loop } of persons) await loop.setPerson(samplePerson());
  const runId = stack.env[runIdVariable]!;
  const weather = setInterval(() => {
    stack.vertex.behave(Math.random() < options.vertexFailures ? '503' : 'ok');
  }, vertexSliceMs);

  const sent: Sent[] = [];
  let kills = 0;
  let duplicates = 0;
  const begun = performance.now();
  const jobs = Array.from({ length: options.uploads }, (_, i) => async () => {
    const person = persons[i % people]!;
    const recording = sampleWeek({ days: 1, seed: i + 1 });
    const started = performance.now();
    const uploadId = randomUUID();
    await send(person, recording, uploadId);
    const one: Sent = { person, uploadId, endedMs: undefined };
    sent.push(one);
    if (Math.random() < options.duplicates) {
      duplicates++;
      await Promise.all([publishAgain(stack, one), send(person, recording, uploadId)]);
    }
    if (Math.random() < options.crashes && killWorker(runId)) kills++;
    await follow(one, started);
    if (sent.length % 25 === 0) console.error(`${sent.length} of ${options.uploads} sent`);
  });
  await inParallel(options.inParallel, jobs);
  const seconds = (performance.now() - begun) / 1000;
  clearInterval(weather);
  stack.vertex.behave('ok');

  const stragglers = sent.filter(({ endedMs }) => endedMs === undefined).length;
  const { runs, left } = await sweepAll(stack, sent);
  const { accepted, succeeded, failed, templates, problems } = await audit(persons, sent);
  await Promise.all(persons.map((person) => person.end()));
  const ended = sent.flatMap(({ endedMs }) => (endedMs === undefined ? [] : [endedMs])).sort((a, b) => a - b);
  const codes = Object.entries(failed).map(([code, count]) => `${count} ${code}`);
  console.log(`
${os.cpus()[0]?.model ?? 'unknown CPU'}, ${os.availableParallelism()} cores, Node ${process.version}

uploads accepted        ${accepted} of ${people} people, ${duplicates} of them sent and published twice
workers killed          ${kills}
Vertex away             ${(100 * options.vertexFailures).toFixed(0)} % of the time
throughput              ${(sent.length / seconds).toFixed(2)} uploads/s, ${options.inParallel} at once
sent to narrative       median ${percentile(ended, 0.5)}, 95 % ${percentile(ended, 0.95)}, 99 % ${percentile(ended, 0.99)}
left to the sweep       ${stragglers}, through after ${runs} run${runs === 1 ? '' : 's'}, ${left} left

succeeded               ${succeeded}, ${templates} of them with the template
failed with a code      ${codes.join(', ') || 'none'}
audit                   ${problems.length === 0 ? 'nothing lost, nothing twice' : `${problems.length} problems`}`);
  for (const problem of problems.slice(0, 20)) console.log(`  ${problem}`);
  return problems.length === 0 && left === 0;
}

/** Prints the audit. @returns whether it found nothing */
export async function runSoak(options: Options): Promise<boolean> {
  buildFunctions();
  const stack = await startStack({ ports: 'free', quiet: true });
  try {
    return await soak(stack, options);
  } finally {
    await stack.stop();
  }
}
