import assert from 'node:assert/strict';
import { deadLetters } from './dead-letters.ts';
import { buryDeadLetter } from '../../functions/src/workflows/bury-dead-letter.ts';
import { json, sentSample, traceparent, uid, world } from '../../functions/test/support/build.ts';

async function buried(count: number) {
  const there = world();
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const { uploadId } = await there.receive(json({ samples: [sentSample({ value: i })] }));
    ids.push(uploadId);
    await buryDeadLetter(there.ports, { uid, uploadId, code: undefined, deliveries: 5, traceparent });
  }
  const lines: string[] = [];
  const run = (options: { replay: boolean; uploadIds?: string[]; apply?: boolean }) =>
    deadLetters(there.ports, { uploadIds: [], apply: false, ...options }, (line) => lines.push(line));
  const statuses = () => ids.map((id) => there.state.uploads.get(`users/${uid}/uploads/${id}`)!.status);
  return { ...there, ids, lines, run, statuses };
}

describe('npm run dead-letters', () => {
  it('lists what was given up, with its code and when, and changes nothing', async () => {
    const { run, lines, ids, statuses } = await buried(2);
    assert.equal(await run({ replay: false }), 0);
    assert.equal(lines[0], `2025-06-16T08:00:00.000Z  ${ids[0]!}  analysis/gave-up, after 5 deliveries`);
    assert.equal(lines.at(-1), '2 dead letters');
    assert.deepEqual(statuses(), ['failed', 'failed']);
  });

  it('only says what it would try again, until it is told to do it', async () => {
    const { run, lines, statuses, state } = await buried(1);
    await run({ replay: true });
    assert.equal(lines.at(-1), '1 dead letter; --apply tries them again');
    assert.deepEqual([statuses(), state.requests.length], [['failed'], 0]);
    assert.equal(await run({ replay: true, apply: true }), 0);
    assert.deepEqual([statuses(), state.requests.length, state.keptLetters.size], [['queued'], 1, 0]);
  });

  it('tries again only the uploads that are named', async () => {
    const { run, ids, statuses } = await buried(2);
    await run({ replay: true, apply: true, uploadIds: [ids[1]!] });
    assert.deepEqual(statuses(), ['failed', 'queued']);
  });

  it('names what cannot be tried again, goes on with the others, and says so in its answer', async () => {
    const { run, ids, lines, statuses, state } = await buried(2);
    state.recordings.delete(`recordings/${uid}/${ids[0]!}`);
    assert.equal(await run({ replay: true, apply: true }), 1);
    assert.match(lines[0]!, /no longer in storage/);
    assert.deepEqual(statuses(), ['failed', 'queued']);
  });
});
