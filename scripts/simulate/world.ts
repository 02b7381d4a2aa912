// The real workflows on the ports in memory, behind a platform that loses, repeats, delays and kills.
import { memoryPorts, memoryState, type MemoryState } from '../../functions/src/adapters/memory/memory.ts';
import { paths } from '../../functions/src/contract/upload.ts';
import { Fault } from '../../functions/src/domain/fault.ts';
import type { UploadKey } from '../../functions/src/domain/upload/upload.ts';
import { buryDeadLetter } from '../../functions/src/workflows/bury-dead-letter.ts';
import type { AnalysisRequest, Changes, DeadLetter, Ports } from '../../functions/src/workflows/ports.ts';
import { queueAnalysis } from '../../functions/src/workflows/queue-analysis.ts';
import { servePerson } from '../../functions/src/workflows/serve-person.ts';
import { sweepStalled } from '../../functions/src/workflows/sweep-stalled.ts';
import { writeNarrative } from '../../functions/src/workflows/write-narrative.ts';
import { hourMs, minuteMs } from '../../functions/src/domain/time.ts';
import { calmAnswer, sleepsSoundly } from '../../functions/test/support/stand-ins.ts';
import { keyOf, start, uidOf, type History, type Outage } from './history.ts';
import { kill, subscription, type Delivering, type Run } from './platform.ts';
import { randomOf, type Random } from './random.ts';
import { virtualTime, type VirtualTime } from './virtual-time.ts';

export interface World {
  state: MemoryState;
  time: VirtualTime;
  random: Random;
  /** The ports as a process sees them that dies with `run`. */
  portsOf(run: Run): Ports;
  /** The uploads (by path) that a call has touched since this was last asked. */
  touched(): string[];
  /** Messages and events under way. */
  underWay(): number;
  asked: number;
}

const sweepEveryMs = 10 * minuteMs;
const functionTimeoutMs = 540_000;
const eventarc = {
  ackDeadlineMs: 600_000,
  minBackoffMs: 10_000,
  maxBackoffMs: 600_000,
  retentionMs: 24 * hourMs,
};

/** Which part of the cloud stands behind a port. */
const behind: Record<string, Outage['of'] | undefined> = {
  uploads: 'firestore',
  people: 'firestore',
  analyses: 'firestore',
  narratives: 'firestore',
  quotas: 'firestore',
  erasures: 'firestore',
  histories: 'firestore',
  recordings: 'storage',
  exports: 'storage',
  models: 'models',
  narrator: 'vertex',
};

/** In which Vertex refuses every text, for ever. */
export const refusedLanguage = 'de';

export function worldOf(history: History): World {
  const time = virtualTime(start);
  const random = randomOf(history.seed);
  const state = memoryState();
  const memory = memoryPorts(state);
  let asked = 0;
  const inner: Ports = {
    ...memory,
    clock: { now: time.now, wait: (ms, signal) => waiting(time, ms, signal) },
    tokens: {
      verify: () => Promise.reject(new Fault('auth/invalid-token')),
      verifyApp: () => Promise.resolve(),
    },
    models: sleepsSoundly,
    narrator: {
      write: (request) => {
        asked++;
        if (request.language === refusedLanguage) return Promise.reject(new Fault('narrator/rejected'));
        return Promise.resolve(calmAnswer(request));
      },
    },
  };

  const touched = new Set<string>();
  const platform = { time, random, duplicates: history.duplicate };
  const places = { places: history.places, timeoutMs: functionTimeoutMs };
  const letters: Delivering = subscription(
    platform,
    { name: 'dead-letters', ...eventarc },
    places,
    (run, message) => {
      const { uid, uploadId, code } = message as DeadLetter;
      const letter = { uid, uploadId, code, deliveries: code ? null : 100, traceparent };
      return buryDeadLetter(portsOf(run), letter);
    },
  );
  const requests = subscription(
    platform,
    {
      name: 'analysis-requested',
      ackDeadlineMs: history.ackDeadlineMs,
      minBackoffMs: 10_000,
      maxBackoffMs: 600_000,
      retentionMs: 7 * 24 * hourMs,
      deadLetter: { after: 100, publish: letters.publish },
    },
    places,
    (run, message) => servePerson(portsOf(run), message as AnalysisRequest),
  );
  const finalized = subscription(platform, { name: 'finalized', ...eventarc }, places, (run, message) => {
    const { key, incarnation } = message as { key: UploadKey; incarnation?: string };
    return queueAnalysis(portsOf(run), key, traceparent, incarnation);
  });
  const written = subscription(platform, { name: 'written', ...eventarc }, places, (run, message) => {
    const { uid, uploadId } = message as UploadKey;
    const analysis = state.analyses.get(paths.analysis(uid, uploadId));
    return analysis ? writeNarrative(portsOf(run), { uid, uploadId }, analysis) : Promise.resolve();
  });
  const emit = (to: Delivering, message: unknown): void => {
    if (!calm() && random.chance(history.lostEvent)) return;
    to.publish(message);
  };

  const calm = (): boolean => time.now() - start >= history.calmFrom;
  const away = (of: Outage['of'] | undefined): boolean =>
    history.outages.some(
      (outage) => outage.of === of && time.now() - start >= outage.from && time.now() - start < outage.to,
    );
  const hanging = new Set(history.hanging.map(uidOf));
  const lost = new Set(history.acts.filter((act) => act.lost).map((act) => keyOf(act).uploadId));

  /** What a call does to the rest of the cloud, seen before and after it has had its effect. */
  function effectOf(name: string, inputs: unknown[]): (result: unknown) => void {
    const [key] = inputs as [UploadKey];
    if (name === 'recordings.create')
      return (created) => {
        const { incarnation } = inputs[2] as { incarnation?: string };
        if (created && !lost.has(key.uploadId)) emit(finalized, { key, incarnation });
      };
    if (name === 'requests.publish')
      return () => {
        requests.publish(key);
      };
    if (name === 'deadLetters.publish')
      return () => {
        letters.publish(key);
      };
    if (name === 'histories.commit')
      return (committed) => {
        const uid = String(inputs[0]);
        const { uploads = [] } = inputs[3] as Changes;
        for (const { uploadId, next, told } of committed ? uploads : [])
          if (told && next?.status === 'processing') emit(written, { uid, uploadId });
      };
    return () => {};
  }

  const touch = (inputs: unknown[]): void => {
    const [key, , , changes] = inputs as [string | Partial<UploadKey> | undefined, ...unknown[]];
    if (typeof key === 'string')
      for (const { uploadId } of (changes as Changes | undefined)?.uploads ?? [])
        touched.add(paths.upload(key, uploadId));
    else if (key?.uid !== undefined && key.uploadId !== undefined)
      touched.add(paths.upload(key.uid, key.uploadId));
  };

  function called(
    run: Run,
    port: string,
    name: string,
    inputs: unknown[],
    make: () => unknown,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (run.dead) return;
      const full = `${port}.${name}`;
      const troubled = !calm();
      const crash = troubled && (random.chance(history.crash) || (history.killed > 0 && diesAt(run) === 1));
      const fails = troubled && random.chance(history.failure);
      const lost = troubled && random.chance(history.lostAnswer);
      const before = random.chance(0.5);
      const latency = random.between(5, 80) + (full === 'histories.samples' ? workOf(run) : 0);
      if (crash && before) {
        time.after(latency / 2, () => {
          kill(run);
        });
        return;
      }
      time.after(latency / 2, () => {
        // What a process has sent is on its way, whether or not it lives to hear of it.
        if (run.dead && before) return;
        if (away(behind[port]) || fails) {
          time.after(latency / 2, () => {
            if (!run.dead) reject(failureOf(port));
          });
          return;
        }
        if (full === 'erasures.removeDocuments' && hanging.has(String(inputs[0]))) return;
        const then = effectOf(full, inputs);
        Promise.resolve()
          .then(make)
          .then(
            (result) => {
              then(result);
              touch(inputs);
              time.after(latency / 2, () => {
                if (crash) kill(run);
                if (run.dead) return;
                if (lost) reject(new Error('DEADLINE_EXCEEDED'));
                else resolve(result);
              });
            },
            (error: Error) => {
              time.after(latency / 2, () => {
                if (!run.dead) reject(error);
              });
            },
          );
      });
    });
  }

  const failureOf = (port: string): Error => {
    if (port === 'narrator') return new Fault('narrator/unavailable');
    if (port === 'models') return new Fault('model/hash-mismatch');
    return new Error('UNAVAILABLE');
  };

  /** The call at which a run dies that is to be killed; Infinity for the others. */
  const fates = new WeakMap<Run, number>();
  const diesAt = (run: Run): number => {
    const fate = fates.get(run) ?? (random.chance(history.killed) ? random.whole(1, 12) : Infinity);
    fates.set(run, fate - 1);
    return fate;
  };

  /** Runs that have done their work: the first time that they read samples stands for all of it. */
  const worked = new WeakSet<Run>();
  const workOf = (run: Run): number => {
    if (worked.has(run)) return 0;
    worked.add(run);
    return history.workMs;
  };

  function portsOf(run: Run): Ports {
    const wrapped = Object.entries(inner).map(([port, methods]: [string, unknown]) => [
      port,
      port === 'clock'
        ? methods
        : Object.fromEntries(
            Object.entries(methods as Record<string, (...inputs: unknown[]) => unknown>).map(
              ([name, method]) => [
                name,
                (...inputs: unknown[]) => called(run, port, name, inputs, () => method(...inputs)),
              ],
            ),
          ),
    ]);
    return Object.fromEntries(wrapped) as Ports;
  }

  for (const { from, to } of history.outages.filter((outage) => outage.of === 'rollback')) {
    time.after(from, () => {
      for (const uid of state.people.keys()) state.lifted.add(uid);
    });
    time.after(to, () => {
      state.lifted.clear();
    });
  }

  let sweeping = false;
  const sweep = (): void => {
    time.after(sweepEveryMs, sweep);
    if (sweeping) return;
    sweeping = true;
    const run: Run = { dead: false };
    const over = (): void => {
      sweeping = false;
      run.dead = true;
      ended();
    };
    const ended = time.after(540_000, over);
    sweepStalled(portsOf(run)).then(over, over);
  };
  time.after(random.between(0, sweepEveryMs), sweep);

  return {
    state,
    time,
    random,
    portsOf,
    touched: () => {
      const all = [...touched];
      touched.clear();
      return all;
    },
    underWay: () => requests.open + finalized.open + written.open + letters.open,
    get asked() {
      return asked;
    },
  };
}

export const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

function waiting(time: VirtualTime, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const callOff = time.after(ms, resolve);
    signal.addEventListener('abort', () => {
      callOff();
      resolve();
    });
  });
}
