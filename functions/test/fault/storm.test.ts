import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { getFirestore } from 'firebase-admin/firestore';
import functionsTest from 'firebase-functions-test';
import { randomNumbers } from '../../../scripts/models/pat/generated-week.ts';
import { sampleWeek } from '../../../scripts/sample-data/sample-week.ts';
import { app } from '../../src/app.ts';
import { paths } from '../../src/contract/upload.ts';
import { onAnalysisRequested } from '../../src/entries/on-analysis-requested.ts';
import { onAnalysisWritten } from '../../src/entries/on-analysis-written.ts';
import { onRecordingFinalized } from '../../src/entries/on-recording-finalized.ts';
import '../support/drivers.ts';
import { sendRecording } from '../support/client.ts';
import { bucket, documentsOf, project } from '../support/emulators.ts';
import { finished, signUp, type Person } from '../support/person.ts';
import { byTier, seed } from '../support/tier.ts';

const { wrap, cleanup, makeChange } = functionsTest({ projectId: project, storageBucket: bucket });

type Deliver = (event: object) => Promise<void>;
const finalized = wrap(onRecordingFinalized) as unknown as Deliver;
const requested = wrap(onAnalysisRequested) as unknown as Deliver;
const written = wrap(onAnalysisWritten) as unknown as Deliver;

/** Few: each one that meets a busy upload costs the emulator a worker. unit/storm.test.ts has the many. */
const copies = byTier(4, 2);
/** For a busy machine; an idle one needs 20 s for all of it. */
const patienceMs = 120_000;
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

const random = randomNumbers(seed);

/** Delivers some time within two seconds, and again until it is taken, as the platform does. */
async function untilTaken(deliver: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + patienceMs;
  await sleep(2000 * random());
  for (;;) {
    try {
      await deliver();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(500 + 1000 * random());
    }
  }
}

describe(`a storm on the emulators: ${copies} more copies of every event of 2 uploads of 2 people`, () => {
  let people: Person[];
  const sent: { person: Person; uploadId: string }[] = [];

  before(async function () {
    this.timeout(patienceMs);
    // Without consent to a generated text: this process, which takes part in the work, does not reach the stand-in.
    people = await Promise.all([signUp(), signUp()]);
    for (const person of people) {
      const recording = sampleWeek({ days: 1 });
      const answers = await Promise.all([1, 2].map(() => sendRecording(person, recording)));
      assert.equal(answers[0]!.uploadId, answers[1]!.uploadId, 'sent twice at once, it is one upload');
      sent.push({ person, uploadId: answers[0]!.uploadId });
    }
  });
  after(() => {
    cleanup();
  });

  it(`ends with one analysis and one narrative for each, written once, seed ${seed}`, async function () {
    this.timeout(2 * patienceMs);
    const storm = sent.flatMap(({ person: { uid }, uploadId }) => {
      const object = {
        data: { bucket, name: paths.recording(uid, uploadId), generation: 1, metadata: {} },
      };
      const message = { data: { message: { json: { uid, uploadId }, attributes: {}, messageId: 'copy' } } };
      const document = async (): Promise<void> => {
        const data = await getFirestore().doc(paths.analysis(uid, uploadId)).get();
        // It arises with the analysis: a copy of it cannot be earlier.
        if (!data.exists) throw new Error('not yet');
        await written({ params: { uid, uploadId }, data: makeChange(data, data) });
      };
      return Array.from({ length: copies }, (_, copy) => [
        () => finalized(object),
        // One of the copies goes through Pub/Sub itself, to the deployed function; the others come to this process.
        copy === 0 ? () => app().requests.publish({ uid, uploadId, traceparent }) : () => requested(message),
        document,
      ]).flat();
    });
    const shuffled = storm.map((deliver) => ({ deliver, place: random() })).sort((a, b) => a.place - b.place);
    await Promise.all(shuffled.map(({ deliver }) => untilTaken(deliver)));

    for (const { person, uploadId } of sent) {
      const upload = await finished(person, uploadId);
      assert.deepEqual([upload.status, upload.code], ['succeeded', null]);
    }
    const everything = () =>
      Promise.all(
        people.flatMap(({ uid }) =>
          (
            ['uploads', 'analyses', 'narratives', 'samples', 'weeks', 'summaries', 'deadLetters'] as const
          ).map((place) => documentsOf(`users/${uid}/${place}`)),
        ),
      );
    const ended = await everything();
    const counted = [0, 7].map((of) => ended.slice(of, of + 7).map((documents) => documents.length));
    for (const [uploads, analyses, narratives, samples, weeks, summaries, letters] of counted) {
      assert.deepEqual([uploads, analyses, narratives, letters], [1, 1, 1, 0]);
      assert.ok(samples! > 0 && weeks! > 0 && summaries! > 0);
    }
    // What still comes late changes nothing any more: no document is written again.
    await Promise.all(
      sent.map(({ person: { uid }, uploadId }) => app().requests.publish({ uid, uploadId, traceparent })),
    );
    await sleep(1000);
    assert.deepEqual(await everything(), ended);
  });
});
