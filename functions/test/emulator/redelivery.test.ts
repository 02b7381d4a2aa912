import assert from 'node:assert/strict';
import { getFirestore } from 'firebase-admin/firestore';
import functionsTest from 'firebase-functions-test';
import { sendRecording } from '../support/client.ts';
import { samplePerson } from '../../../scripts/sample-data/sample-person.ts';
import { sampleWeek } from '../../../scripts/sample-data/sample-week.ts';
import { onAnalysisRequested } from '../../src/entries/on-analysis-requested.ts';
import { onAnalysisWritten } from '../../src/entries/on-analysis-written.ts';
import { onRecordingFinalized } from '../../src/entries/on-recording-finalized.ts';
import '../support/drivers.ts';
import { bucket, documentsOf, project } from '../support/emulators.ts';
import { finished, signUp, type Person } from '../support/person.ts';

const { wrap, cleanup, makeChange } = functionsTest({ projectId: project, storageBucket: bucket });

/** An event as the platform delivers it: only the part that the function reads matters. */
type Deliver = (event: object) => Promise<void>;
const finalized = wrap(onRecordingFinalized) as unknown as Deliver;
const requested = wrap(onAnalysisRequested) as unknown as Deliver;
const written = wrap(onAnalysisWritten) as unknown as Deliver;

const places = ['uploads', 'analyses', 'narratives', 'samples', 'weeks', 'summaries', 'private'] as const;

describe('every event may be delivered again', () => {
  let person: Person;
  let uploadId: string;
  const everything = () => Promise.all(places.map((place) => documentsOf(`users/${person.uid}/${place}`)));

  before(async () => {
    person = await signUp();
    await person.loop.setPerson(samplePerson());
    ({ uploadId } = await sendRecording(person, sampleWeek({ days: 2 })));
    await finished(person, uploadId);
  });
  after(() => {
    cleanup();
  });

  const deliveries: [string, () => Promise<void>][] = [
    [
      'the object',
      () =>
        finalized({
          data: { bucket, name: `recordings/${person.uid}/${uploadId}`, generation: 1, metadata: {} },
        }),
    ],
    [
      'the message',
      () =>
        requested({
          data: { message: { json: { uid: person.uid, uploadId }, attributes: {}, messageId: 'again' } },
        }),
    ],
    [
      'the document',
      async () => {
        const path = `users/${person.uid}/analyses/${uploadId}`;
        const data = await getFirestore().doc(path).get();
        await written({ params: { uid: person.uid, uploadId }, data: makeChange(data, data) });
      },
    ],
  ];
  for (const [name, deliver] of deliveries) {
    it(`${name}, many times at once, changes nothing after the end`, async () => {
      const before = await everything();
      await Promise.all(Array.from({ length: 10 }, () => deliver()));
      assert.deepEqual(await everything(), before);
    });
  }

  it('drops a message that is no analysis request instead of receiving it for ever', async () => {
    await requested({ data: { message: { json: { hello: 'world' }, attributes: {}, messageId: 'poison' } } });
  });

  it('takes no notice of objects that are no recordings', async () => {
    await finalized({ data: { bucket, name: 'exports/somebody/archive.zip', generation: 1, metadata: {} } });
  });
});
