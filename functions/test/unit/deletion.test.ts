import assert from 'node:assert/strict';
import type { MemoryState } from '../../src/adapters/memory/memory.ts';
import { faultOf } from '../../src/domain/fault.ts';
import type { UploadKey } from '../../src/domain/upload/upload.ts';
import { buryDeadLetter } from '../../src/workflows/bury-dead-letter.ts';
import { deleteMyData } from '../../src/workflows/delete-my-data.ts';
import { deleteUpload } from '../../src/workflows/delete-upload.ts';
import { exportMyData } from '../../src/workflows/export-my-data.ts';
import { queueAnalysis } from '../../src/workflows/queue-analysis.ts';
import { refreshNarrative } from '../../src/workflows/refresh-narrative.ts';
import { requestUpload } from '../../src/workflows/request-upload.ts';
import { retryUpload } from '../../src/workflows/retry-upload.ts';
import { servePerson } from '../../src/workflows/serve-person.ts';
import { sweepStalled } from '../../src/workflows/sweep-stalled.ts';
import { writeNarrative } from '../../src/workflows/write-narrative.ts';
import { hourMs, json, sentSample, traceparent, uid } from '../support/build.ts';
import { analysed, receive, story, type Story, giveUp } from '../support/story.ts';

const key: UploadKey = { uid, uploadId: 'upload-0001' };
const kept: UploadKey = { uid, uploadId: 'upload-kept' };
const uuid = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`;
const body = json({ samples: [sentSample({ uuid: uuid(1) }), sentSample({ uuid: uuid(2), value: 7 })] });
const keptBody = json({ samples: [sentSample({ uuid: uuid(2), value: 7 })], deletedSamples: [uuid(9)] });

const letter = { ...key, code: undefined, deliveries: 5, traceparent };

/** Everything that may be under way with an upload when somebody deletes it. */
const steps: Record<string, (there: Story) => Promise<() => Promise<unknown>>> = {
  receiveRecording: (there) => Promise.resolve(() => receive(there, body)),
  requestUpload: (there) =>
    Promise.resolve(() => {
      const input = {
        contentType: 'application/json',
        sizeBytes: body.length,
        uploadId: key.uploadId,
      } as const;
      return requestUpload(there.machine.ports, { uid }, input, traceparent);
    }),
  queueAnalysis: async (there) => {
    await receive(there, body);
    return () => queueAnalysis(there.machine.ports, key, traceparent);
  },
  servePerson: async (there) => {
    await receive(there, body);
    return () => servePerson(there.machine.ports, { ...key, traceparent });
  },
  'servePerson with deletions': async (there) => {
    await receive(there, keptBody);
    return () => servePerson(there.machine.ports, { ...key, traceparent });
  },
  writeNarrative: async (there) => {
    const analysis = await analysed(there, body);
    return () => writeNarrative(there.machine.ports, key, analysis);
  },
  refreshNarrative: async (there) => {
    await writeNarrative(there.machine.ports, key, await analysed(there, body));
    return () => refreshNarrative(there.machine.ports, key, traceparent);
  },
  buryDeadLetter: async (there) => {
    await receive(there, body);
    return () => buryDeadLetter(there.machine.ports, letter);
  },
  retryUpload: async (there) => {
    await receive(there, body);
    await giveUp(there.machine.ports, key, there.clock.time);
    return () => retryUpload(there.machine.ports, key);
  },
  exportMyData: async (there) => {
    await analysed(there, body);
    return () => exportMyData(there.machine.ports, uid, 'json');
  },
  deleteUpload: async (there) => {
    await analysed(there, body);
    return () => deleteUpload(there.machine.ports, key, traceparent);
  },
  sweepStalled: async (there) => {
    await analysed(there, body);
    there.clock.time += hourMs;
    return () => sweepStalled(there.machine.ports);
  },
};

/** Whether a person may be told this: the work has met the deletion. */
const mayBeTold = [
  'upload/not-found',
  'upload/deleting',
  'upload/fenced',
  'upload/illegal-move',
  'person/erasing',
  'recording/missing',
];

/** With these calls a person begins something: what was deleted before them does not concern it. */
const beginnings = ['uploads.open', 'exports.announce'];

/** Runs a step with a deletion in between at each of its calls, then every event that has come of it. */
async function interruptEverywhere(
  prepare: (there: Story) => Promise<() => Promise<unknown>>,
  remove: (there: Story) => Promise<unknown>,
  check: (there: Story, where: string) => void,
): Promise<void> {
  const calm = story();
  const calmStep = await prepare(calm);
  calm.machine.restart();
  await calmStep();
  const calls = [...calm.machine.calls];
  const begun = calls.findIndex((name) => beginnings.includes(name)) + 1;
  assert.ok(calls.length > 0);
  for (let n = 1; n <= calls.length; n++) {
    for (const when of ['before', 'after'] as const) {
      if (n < begun || (n === begun && when === 'before')) continue;
      const there = story();
      const step = await prepare(there);
      there.machine.restart();
      there.machine.interruptAt(n, when, () => remove(there));
      await step().catch((error: unknown) => {
        const { code } = faultOf(error);
        assert.ok(mayBeTold.includes(code), `${code} ${String((error as Error).stack)}`);
      });
      there.machine.restart();
      await there.settle();
      check(there, `${when} call ${n}, ${calls[n - 1]}`);
    }
  }
}

/** What is left of a person, by kind; kinds of which there is nothing are left out. */
function leftOf(state: MemoryState): Record<string, string[]> {
  const { quotas, requests, publishedLetters, analysisVersions, ...stored } = state;
  const left: [string, string[]][] = Object.entries(stored).map(([kind, things]) => [
    kind,
    [...things.keys()],
  ]);
  return Object.fromEntries(left.filter(([, things]) => things.length > 0));
}

describe('deleting everything of a person while a step is under way', () => {
  for (const [name, prepare] of Object.entries(steps)) {
    it(`${name}: nothing comes back`, async () => {
      const remove = ({ ports }: Story) => deleteMyData(ports, uid);
      await interruptEverywhere(prepare, remove, ({ state }, where) => {
        assert.deepEqual(leftOf(state), {}, where);
      });
    });
  }

  it('leaves nothing of any kind, does no harm twice, and lets the person begin anew', async () => {
    const there = story();
    await writeNarrative(there.machine.ports, key, await analysed(there, body));
    await receive(there, keptBody, kept.uploadId);
    await giveUp(there.machine.ports, kept, there.clock.time);
    await buryDeadLetter(there.machine.ports, { ...letter, ...kept, code: 'analysis/gave-up' });
    await exportMyData(there.machine.ports, uid, 'json');
    const kinds = Object.keys(leftOf(there.state));
    for (const kind of [
      'people',
      'uploads',
      'recordings',
      'samples',
      'weeks',
      'summaries',
      'analyses',
      'narratives',
    ])
      assert.ok(kinds.includes(kind), kind);
    for (const kind of ['keptLetters', 'exports', 'announcedExports']) assert.ok(kinds.includes(kind), kind);
    for (let time = 0; time < 2; time++) {
      assert.deepEqual(await deleteMyData(there.machine.ports, uid), { deleted: true });
      assert.deepEqual(leftOf(there.state), {});
    }
    await analysed(there, body);
    assert.equal(there.state.analyses.size, 1);
  });

  it('takes nothing from anybody else', async () => {
    const there = story();
    await analysed(there, body);
    const before = leftOf(there.state);
    await deleteMyData(there.machine.ports, 'person-11');
    await deleteMyData(there.machine.ports, 'person');
    assert.deepEqual(leftOf(there.state), before);
  });

  it('opens nothing new while it is under way', async () => {
    const there = story();
    await there.machine.ports.erasures.begin(uid, there.clock.time);
    await assert.rejects(receive(there, body), { code: 'person/erasing' });
    await assert.rejects(exportMyData(there.machine.ports, uid, 'json'), { code: 'person/erasing' });
    assert.equal(there.state.recordings.size, 0);
  });
});

describe('deleting an upload while a step is under way', () => {
  for (const [name, prepare] of Object.entries(steps)) {
    if (name === 'exportMyData') continue;
    it(`${name}: nothing of it comes back`, async () => {
      const remove = async ({ ports, settle }: Story) => {
        await deleteUpload(ports, key, traceparent);
        await settle();
      };
      await interruptEverywhere(prepare, remove, ({ state }, where) => {
        const { people, tombstones, personStates, ...left } = leftOf(state);
        assert.deepEqual(left, {}, where);
      });
    });
  }

  it('takes what only it brought, and leaves what another upload brought as well', async () => {
    const there = story();
    await analysed(there, body);
    await receive(there, keptBody, kept.uploadId);
    await servePerson(there.machine.ports, { ...kept, traceparent });
    assert.deepEqual(await deleteUpload(there.machine.ports, key, traceparent), { deleted: false });
    await there.settle();
    const [week] = await there.machine.ports.histories.samples(uid, '2025-06-09', '2025-06-09');
    assert.deepEqual(
      week!.samples.map(({ id }) => id),
      [uuid(2)],
    );
    const { activity } = there.state.weeks.get(`users/${uid}/weeks/2025-06-09`)!.analysis;
    assert.ok('days' in activity);
    assert.equal(activity.days[0]!.steps, 7, 'the week forgets as well');
    const { uploads, analyses, recordings } = leftOf(there.state);
    assert.deepEqual(uploads, [`users/${uid}/uploads/${kept.uploadId}`]);
    assert.deepEqual(analyses, [`users/${uid}/analyses/${kept.uploadId}`]);
    assert.deepEqual(recordings, [`recordings/${uid}/${kept.uploadId}`]);
  });

  it('gives the same answer for one that is gone, one that never was, and one of somebody else', async () => {
    const there = story();
    await analysed(there, body);
    const before = leftOf(there.state);
    const { ports } = there.machine;
    for (const other of [
      { ...key, uid: 'somebody-else' },
      { uid, uploadId: 'never-existed' },
    ]) {
      assert.deepEqual(await deleteUpload(ports, other, traceparent), { deleted: true });
    }
    assert.deepEqual(leftOf(there.state), before);
    await deleteUpload(ports, key, traceparent);
    await there.settle();
    assert.deepEqual(await deleteUpload(ports, key, traceparent), { deleted: true });
  });

  it('refuses to take it again before it is gone, and takes it afterwards', async () => {
    const there = story();
    await analysed(there, body);
    await there.machine.ports.uploads.advance(key, { kind: 'deleting', at: 0 });
    await assert.rejects(receive(there, body), { code: 'upload/deleting' });
    await deleteUpload(there.machine.ports, key, traceparent);
    await there.settle();
    assert.equal((await receive(there, body)).uploadId, key.uploadId);
  });
});
