import assert from 'node:assert/strict';
import { setImmediate as soon } from 'node:timers/promises';
import { deadLetters, type Options } from './dead-letters.ts';
import command from '../commands/dead-letters.ts';
import type { FaultCode } from '../../functions/src/domain/fault.ts';
import { json, sentSample, traceparent, uid, world } from '../../functions/test/support/build.ts';
import { ran } from '../../functions/test/support/commands.ts';

/** Uploads that were given up, one second after the other, until now. */
async function givenUp(...codes: FaultCode[]) {
  const there = world();
  const { state, ports, clock } = there;
  const keep = (uploadId: string, code: FaultCode, at: number) =>
    ports.deadLetters.keep({ uid, uploadId, code, deliveries: 5, traceparent }, at);
  const ids: string[] = [];
  for (const [i, code] of codes.entries()) {
    const { uploadId } = await there.receive(json({ samples: [sentSample({ value: i })] }));
    const path = `users/${uid}/uploads/${uploadId}`;
    state.uploads.set(path, { ...state.uploads.get(path)!, status: 'failed', stage: 'analysis', code });
    await keep(uploadId, code, clock.time - 1000 * (codes.length - 1 - i));
    ids.push(uploadId);
  }
  const lines: string[] = [];
  const waits: number[] = [];
  const say = (line: string): number => lines.push(line);
  const wait = (ms: number): Promise<void> => soon(void waits.push(ms));
  const run = (options: Partial<Options>) =>
    deadLetters(
      ports,
      { replay: false, uploadIds: [], code: undefined, apply: false, rate: 10, ...options },
      { say, wait },
    );
  const statuses = () => ids.map((id) => state.uploads.get(`users/${uid}/uploads/${id}`)!.status);
  return { ...there, ids, lines, waits, keep, run, statuses };
}

describe('npm run dead-letters', () => {
  it('lists what was given up, with its code and when, and changes nothing', async () => {
    const { run, lines, ids, statuses } = await givenUp('analysis/gave-up', 'recording/missing');
    assert.equal(await run({}), 0);
    assert.deepEqual(lines, [
      `2025-06-16T07:59:59.000Z  ${ids[0]!}  analysis/gave-up, after 5 deliveries`,
      `2025-06-16T08:00:00.000Z  ${ids[1]!}  recording/missing, after 5 deliveries`,
      '2 dead letters',
    ]);
    assert.deepEqual(statuses(), ['failed', 'failed']);
  });

  it('only says what it would try again, until it is told to do it', async () => {
    const { run, lines, statuses, state } = await givenUp('analysis/gave-up');
    await run({ replay: true });
    assert.equal(lines.at(-1), '1 dead letter; --apply tries them again');
    assert.deepEqual([statuses(), state.requests.length], [['failed'], 0]);
    assert.equal(await run({ replay: true, apply: true }), 0);
    assert.deepEqual([statuses(), state.requests.length, state.keptLetters.size], [['queued'], 1, 0]);
  });

  it('lists all of them, however many there are', async () => {
    const { run, lines, state, clock } = await givenUp();
    for (let i = 0; i < 1234; i++) {
      const letter = {
        uid,
        uploadId: `upload-${i}`,
        code: 'analysis/gave-up',
        deliveries: 5,
        traceparent,
      } as const;
      // Many at one instant: an outage ends them together.
      state.keptLetters.set(`users/${uid}/deadLetters/upload-${i}`, { letter, at: clock.time - (i % 3) });
    }
    await run({});
    assert.equal(new Set(lines).size, 1235);
    assert.equal(lines.at(-1), '1234 dead letters');
  });

  it('tries again only the uploads that are named, says how many others there are, and fails for one without a letter', async () => {
    const { run, ids, lines, statuses } = await givenUp('analysis/gave-up', 'analysis/gave-up');
    const uploadIds = [ids[1]!, 'another-upload'];
    assert.equal(await run({ replay: true, apply: true, uploadIds }), 1);
    assert.deepEqual(statuses(), ['failed', 'queued']);
    assert.deepEqual(lines.slice(-3), [
      'another-upload  no such dead letter',
      '1 dead letter',
      'left out: 1 of other uploads or codes',
    ]);
  });

  it('tries again only what was given up for one code', async () => {
    const { run, lines, statuses } = await givenUp(
      'analysis/gave-up',
      'recording/missing',
      'analysis/gave-up',
    );
    assert.equal(await run({ replay: true, apply: true, code: 'analysis/gave-up' }), 0);
    assert.deepEqual(statuses(), ['queued', 'failed', 'queued']);
    assert.deepEqual(lines.slice(-2), ['2 dead letters', 'left out: 1 of other uploads or codes']);
  });

  it('begins no more than so many a second, without waiting for each', async () => {
    const { run, ports, waits, statuses } = await givenUp('internal', 'internal', 'internal');
    const { exists } = ports.recordings;
    let atOnce = 0;
    let most = 0;
    ports.recordings.exists = async (key) => {
      most = Math.max(most, ++atOnce);
      for (let i = 0; i < 10; i++) await soon();
      atOnce--;
      return exists(key);
    };
    await run({ replay: true, apply: true, rate: 4 });
    assert.deepEqual(waits, [250, 250, 250]);
    assert.equal(most, 3);
    assert.deepEqual(statuses(), ['queued', 'queued', 'queued']);
  });

  it('leaves what fails again meanwhile for the next time, and says so', async () => {
    const { run, ids, ports, clock, keep, lines, state } = await givenUp('internal');
    const { publish } = ports.requests;
    ports.requests.publish = async (request) => {
      await publish(request);
      clock.time += 1000;
      await keep(ids[0]!, 'internal', clock.time);
    };
    await run({ replay: true, apply: true });
    assert.equal(state.requests.length, 1);
    assert.equal(lines.at(-1), 'left out: what came after this began; run it again');
  });

  it('names what cannot be tried again, goes on with the others, and says so in its answer', async () => {
    const { run, ids, lines, statuses, state } = await givenUp('analysis/gave-up', 'analysis/gave-up');
    state.recordings.delete(`recordings/${uid}/${ids[0]!}`);
    assert.equal(await run({ replay: true, apply: true }), 1);
    assert.ok(lines.some((line) => line.startsWith(ids[0]!) && line.includes('no longer in storage')));
    assert.deepEqual(statuses(), ['failed', 'queued']);
  });

  it('says in one sentence what to do where no stack is running', async () => {
    const { FIREBASE_AUTH_EMULATOR_HOST: host } = process.env;
    // Nothing listens there: the port is reserved.
    process.env['FIREBASE_AUTH_EMULATOR_HOST'] = '127.0.0.1:1';
    try {
      const { status, stdout, stderr } = await ran(command, 'list');
      assert.deepEqual([status, stdout], [1, '']);
      assert.match(
        stderr,
        /^dead-letters: The local stack does not answer: run "npm start" in another terminal, .*\n$/,
      );
    } finally {
      if (host === undefined) delete process.env['FIREBASE_AUTH_EMULATOR_HOST'];
      else process.env['FIREBASE_AUTH_EMULATOR_HOST'] = host;
    }
  });
});
