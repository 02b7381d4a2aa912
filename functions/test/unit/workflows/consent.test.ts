import { servePerson } from '../../../src/workflows/serve-person.ts';
import assert from 'node:assert/strict';
import { queueAnalysis } from '../../../src/workflows/queue-analysis.ts';
import { requestUpload } from '../../../src/workflows/request-upload.ts';
import { retryUpload } from '../../../src/workflows/retry-upload.ts';
import { json, sentSample, traceparent, uid, world } from '../../support/build.ts';

const recording = json({ deviceInfo: { timeZone: 'UTC' }, samples: [sentSample()] });
const withdrawn = { consent: { generatedText: true, processing: false } };
const given = { consent: { generatedText: true, processing: true } };
const announcement = { contentType: 'application/json', sizeBytes: 5, uploadId: 'upload-1' } as const;

describe('consent to the analysis', () => {
  it('that is withdrawn stops an upload before anything of it is stored', async () => {
    const { receive, ports, state } = world();
    state.people.set(uid, withdrawn);
    await assert.rejects(receive(recording), { code: 'consent/withdrawn' });
    await assert.rejects(requestUpload(ports, { uid }, announcement, traceparent), {
      code: 'consent/withdrawn',
    });
    assert.deepEqual([state.uploads.size, state.recordings.size], [0, 0]);
  });

  it('that is withdrawn meanwhile ends what waits, and it can be taken up when it is given again', async () => {
    const { receive, ports, state } = world();
    const { uploadId } = await receive(recording);
    const key = { uid, uploadId };
    await queueAnalysis(ports, key, traceparent);
    state.people.set(uid, withdrawn);
    assert.equal(await servePerson(ports, { ...key, traceparent }), 'failed');
    assert.equal((await ports.uploads.find(key))!.upload.code, 'consent/withdrawn');
    assert.deepEqual([state.analyses.size, state.samples.size], [0, 0]);
    state.people.set(uid, given);
    await retryUpload(ports, key);
    assert.equal(await servePerson(ports, { ...key, traceparent }), 'analyzed');
  });

  it('is the app’s to ask for: what was not withdrawn is not stopped', async () => {
    for (const person of [{}, { consent: { generatedText: false } }, given]) {
      const { receive, state } = world();
      state.people.set(uid, person);
      assert.equal((await receive(recording)).processedSamples, 1);
    }
  });
});
