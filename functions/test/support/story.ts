import type { MemoryState } from '../../src/adapters/memory/memory.ts';
import type { Analysis } from '../../src/domain/analysis/analysis.ts';
import type { UploadKey } from '../../src/domain/upload/upload.ts';
import type { Ports } from '../../src/workflows/ports.ts';
import { receiveRecording } from '../../src/workflows/receive-recording.ts';
import { servePerson } from '../../src/workflows/serve-person.ts';
import { inPieces, nobody, traceparent, uid, world } from './build.ts';
import { crashingPorts, type CrashingPorts } from './crashing-ports.ts';
import { deliverUntilTaken, eventsOf } from './platform.ts';
import { calmNarrator } from './stand-ins.ts';

/** One world with a process that may crash, and the platform around it; the person consents to a generated text. */
export interface Story {
  state: MemoryState;
  clock: { time: number };
  /** The same ports without the machine around them. */
  ports: Ports;
  machine: CrashingPorts<Ports>;
  /** Delivers every event there is, and those that come of it, to processes that do not crash. */
  settle: () => Promise<void>;
  /** Loses every event that there is. */
  lose: () => void;
}

export function story(others: Partial<Ports> = {}): Story {
  const there = world();
  const { state, clock } = there;
  const narrator = calmNarrator;
  const ports: Ports = { ...there.ports, tokens: nobody, narrator, ...others };
  const machine = crashingPorts(ports);
  state.people.set(uid, { timeZone: 'UTC', consent: { generatedText: true } });
  const events = eventsOf(state);
  const settle = async (): Promise<void> => {
    for (let found = events(); found.length > 0; found = events()) {
      for (const { deliver } of found) await deliverUntilTaken(() => deliver(machine.ports), clock);
    }
  };
  return { state, clock, ports, machine, settle, lose: () => void events() };
}

/** What becomes of an upload that a worker gives up. */
export async function giveUp(ports: Pick<Ports, 'uploads'>, key: UploadKey, at: number): Promise<void> {
  await ports.uploads.advance(key, { kind: 'failed', code: 'analysis/gave-up', issues: [], at });
}

/** The person of the story sends a recording of JSON. */
export const receive = ({ machine }: Story, body: Buffer, uploadId = 'upload-0001') =>
  receiveRecording(machine.ports, {
    uid,
    contentType: 'application/json',
    body: inPieces(body),
    sizeBytes: body.length,
    uploadId,
    traceparent,
  });

/** Sends a recording and has it analysed; gives the stored analysis. */
export async function analysed(there: Story, body: Buffer, uploadId = 'upload-0001'): Promise<Analysis> {
  await receive(there, body, uploadId);
  await servePerson(there.machine.ports, { uid, uploadId, traceparent });
  return there.state.analyses.get(`users/${uid}/analyses/${uploadId}`)!;
}
