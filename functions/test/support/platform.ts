import type { MemoryState } from '../../src/adapters/memory/memory.ts';
import { keyOfPath, uploadOfObject } from '../../src/contract/upload.ts';
import type { Analysis } from '../../src/domain/analysis/analysis.ts';
import { faultOf } from '../../src/domain/fault.ts';
import type { UploadKey } from '../../src/domain/upload/upload.ts';
import { buryDeadLetter } from '../../src/workflows/bury-dead-letter.ts';
import type { Ports } from '../../src/workflows/ports.ts';
import { queueAnalysis } from '../../src/workflows/queue-analysis.ts';
import { servePerson } from '../../src/workflows/serve-person.ts';
import { writeNarrative } from '../../src/workflows/write-narrative.ts';

/** An event on its way to the function that takes it. */
export interface PlatformEvent {
  kind: 'object' | 'message' | 'document' | 'letter';
  key: UploadKey;
  deliver(ports: Ports): Promise<unknown>;
}

/**
 * What the platform does between the functions: gives the events that the state in memory has given rise to since it
 * was last asked, whatever became of the process that wrote it.
 */
export function eventsOf(state: MemoryState): () => PlatformEvent[] {
  const seen = new Set<unknown>();
  const unseen = <T>(things: Iterable<T>, identity: (thing: T) => unknown = (thing) => thing): T[] =>
    [...things].filter((thing) => {
      const id = identity(thing);
      return !seen.has(id) && seen.add(id);
    });
  return () => [
    ...unseen(state.recordings, ([path]) => path).map(
      ([path, { traceparent, incarnation }]): PlatformEvent => {
        const key = uploadOfObject(path)!;
        const deliver = (ports: Ports) => queueAnalysis(ports, key, traceparent, incarnation);
        return { kind: 'object', key, deliver };
      },
    ),
    ...unseen(state.requests).map((request): PlatformEvent => ({
      kind: 'message',
      key: { uid: request.uid, uploadId: request.uploadId ?? '' },
      deliver: (ports) => servePerson(ports, request),
    })),
    ...unseen(textsWanted(state), ([, analysis]) => analysis).map(([path, analysis]): PlatformEvent => {
      const key = keyOfPath(path);
      return { kind: 'document', key, deliver: (ports) => writeNarrative(ports, key, analysis) };
    }),
    ...unseen(state.publishedLetters).map((letter): PlatformEvent => ({
      kind: 'letter',
      key: letter,
      deliver: (ports) => buryDeadLetter(ports, letter),
    })),
  ];
}

/** The analyses for which Gemini is asked. */
function textsWanted({ analyses, uploads }: MemoryState): [string, Analysis][] {
  return [...analyses].filter(([path]) => {
    const upload = uploads.get(path.replace('/analyses/', '/uploads/'));
    return upload?.status === 'processing' && upload.stage === 'narrative';
  });
}

/** Longer than any lease. */
const pastAnyLeaseMs = 90_000;

/** Repeats a delivery as the platform does, until it is taken; where a lease is live, the clock moves past it. */
export async function deliverUntilTaken(
  deliver: () => Promise<unknown>,
  clock: { time: number },
  {
    deliveries = 8,
    onRefused = () => {},
  }: { deliveries?: number; onRefused?: () => Promise<void> | void } = {},
): Promise<unknown> {
  for (let delivery = 1; ; delivery++) {
    try {
      return await deliver();
    } catch (error) {
      if (delivery === deliveries) throw error;
      await onRefused();
      if (faultOf(error).code === 'upload/busy') clock.time += pastAnyLeaseMs;
    }
  }
}
