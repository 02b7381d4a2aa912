import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { samplePerson } from '../../../scripts/sample-data/sample-person.ts';
import { sampleWeek } from '../../../scripts/sample-data/sample-week.ts';
import { call, objectMetadata, post, putObject, sendRecording } from '../support/client.ts';
import { stack } from '../support/emulators.ts';
import { finished, signUp, uploadIds, type Person } from '../support/person.ts';

type Document = Record<string, unknown>;

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;

async function outcomeOf(person: Person, uploadId: string) {
  const upload = await finished(person, uploadId);
  const { loop } = person;
  const [analysis, narrative] = await Promise.all([loop.analysis(uploadId), loop.narrative(uploadId)]);
  return { upload, analysis: analysis!, narrative: narrative! };
}

describe('a recording becomes a narrative', () => {
  it('takes a HealthKit week from the POST to the text, in one trace', async () => {
    const person = await signUp();
    await person.loop.setPerson(samplePerson());

    const response = await post(JSON.stringify(sampleWeek()), {
      token: person.token,
      headers: { traceparent },
    });
    assert.equal(response.status, 202);
    const { uploadId } = (await response.json()) as { uploadId: string };

    const states = new Set<string>();
    await finished(person, uploadId, ({ status, stage }) => states.add(`${status} ${stage}`));
    const order = [
      'requested upload',
      'queued analysis',
      'processing analysis',
      'processing narrative',
      'succeeded narrative',
    ];
    assert.deepEqual(
      [...states],
      order.filter((state) => states.has(state)),
      'states in another order',
    );
    assert.ok(states.has('succeeded narrative'));

    const { upload, analysis, narrative } = await outcomeOf(person, uploadId);
    assert.equal(analysis.window.days.length, 7);
    // The week was made with one night without the watch.
    assert.ok('nights' in analysis.sleep && 'basis' in analysis.rhythm);
    assert.equal(analysis.sleep.nights.length, 6);
    assert.equal(analysis.rhythm.basis, 'stepCount');
    assert.deepEqual([narrative.source, narrative.reason], ['gemini', null]);
    assert.ok(narrative.summary.length > 0);
    assert.ok(narrative.facts.length > 5);

    const object = await objectMetadata(`recordings/${person.uid}/${uploadId}`);
    const carriers = [
      (object!.metadata as Record<string, string>).traceparent,
      upload.traceparent,
      analysis.traceparent,
      narrative.traceparent,
    ];
    for (const carrier of carriers) assert.equal(String(carrier).split('-')[1], traceId);
  });

  it('gives the same answer to the same recording again, and makes no second upload', async () => {
    const person = await signUp();
    const recording = sampleWeek({ days: 1 });
    const first = await sendRecording(person, recording);
    await finished(person, first.uploadId);
    assert.deepEqual(await sendRecording(person, recording), first);
    assert.equal((await uploadIds(person)).length, 1);
  });

  it('refuses other content under the same upload id', async () => {
    const person = await signUp();
    const headers = { 'idempotency-key': 'my-upload-1' };
    const week = (seed: number) => JSON.stringify(sampleWeek({ days: 1, seed }));
    const first = await post(week(1), { token: person.token, headers });
    assert.deepEqual([first.status, ((await first.json()) as Document).uploadId], [202, 'my-upload-1']);
    const second = await post(week(2), { token: person.token, headers });
    assert.deepEqual([second.status, ((await second.json()) as Document).code], [409, 'upload/conflict']);
    await finished(person, 'my-upload-1');
  });

  it('takes gzip-encoded NDJSON', async () => {
    const person = await signUp();
    const { samples, ...envelope } = sampleWeek({ days: 2 });
    const body = gzipSync([envelope, ...samples].map((line) => JSON.stringify(line)).join('\n'));
    const response = await post(Uint8Array.from(body), {
      token: person.token,
      contentType: 'application/x-ndjson',
      headers: { 'content-encoding': 'gzip' },
    });
    const answer = (await response.json()) as { uploadId: string; processedSamples: number };
    assert.deepEqual([response.status, answer.processedSamples], [202, samples.length]);
    assert.equal((await outcomeOf(person, answer.uploadId)).upload.status, 'succeeded');
  });

  it('takes what an existing iOS client sends, on the path it uses, and answers in its spelling', async () => {
    const person = await signUp();
    const source_revision = {
      source: { name: 'Pulse', bundle_identifier: 'com.example.pulse' },
      version: '1.0.0',
      product_type: 'iPhone',
      operating_system_version: '18.5',
    };
    const recording = {
      user_id: person.uid,
      samples: [
        {
          sample_type: 'stepCount',
          value: 6200,
          unit: 'count',
          start_date: '2025-06-08T04:00:00Z',
          end_date: '2025-06-09T04:00:00Z',
          source_revision,
        },
      ],
      device_info: { device_model: 'iPhone', time_zone: 'America/New_York' },
      timestamp: '2025-06-09T12:00:00Z',
    };
    const path = '/api/v1/health-data/upload';
    const response = await post(JSON.stringify(recording), { token: person.token, path });
    const answer = (await response.json()) as { upload_id: string; processed_samples: number };
    assert.deepEqual([response.status, answer.processed_samples], [202, 1]);

    const { analysis } = await outcomeOf(person, answer.upload_id);
    assert.ok('days' in analysis.activity);
    assert.deepEqual(
      analysis.activity.days.map(({ day, steps }) => [day, steps]),
      [['2025-06-08', 6200]],
    );
    assert.deepEqual(analysis.rhythm, { unavailable: 'recording/unresolved-minutes' });

    const status = await fetch(`${stack.functionUrl('uploadRecording')}${path}/${answer.upload_id}/status`, {
      headers: { authorization: `Bearer ${person.token}` },
    });
    assert.deepEqual([status.status, ((await status.json()) as Document).status], [200, 'succeeded']);
  });

  it('writes the template for a person who has not consented to generated text', async () => {
    const person = await signUp();
    const { uploadId } = await sendRecording(person, sampleWeek({ days: 1 }));
    const { narrative } = await outcomeOf(person, uploadId);
    assert.deepEqual([narrative.source, narrative.reason], ['template', 'no-consent']);
  });
});

describe("the text is the person's own", () => {
  for (const [language, words] of [
    ['es', /\b(tu|tus|la|de)\b/],
    ['de', /\b(du|deine?|und|der)\b/],
  ] as const) {
    it(`is generated in ${language}`, async () => {
      const person = await signUp();
      await person.loop.setPerson(samplePerson(language));
      const { uploadId } = await sendRecording(person, sampleWeek({ days: 2 }));
      const { narrative } = await outcomeOf(person, uploadId);
      assert.deepEqual([narrative.source, narrative.reason, narrative.language], ['gemini', null, language]);
      assert.match([narrative.summary, ...narrative.suggestions].join(' '), words);
      assert.ok(narrative.tokens!.input > 0);
    });
  }

  it('is written anew when they ask for it in another language, for an upload of their own', async () => {
    const [person, other] = await Promise.all([signUp(), signUp()]);
    await person.loop.setPerson(samplePerson());
    const { uploadId } = await sendRecording(person, sampleWeek({ days: 1 }));
    await finished(person, uploadId);
    await person.loop.setPerson(samplePerson('de'));
    const { result } = await call('refreshNarrative', { uploadId }, person.token);
    assert.deepEqual(result, { source: 'gemini' });
    const { narrative } = await outcomeOf(person, uploadId);
    assert.equal(narrative.language, 'de');

    const stranger = await call('refreshNarrative', { uploadId }, other.token);
    assert.equal((stranger.error!.details as { code: string }).code, 'upload/not-found');
    assert.equal((await call('refreshNarrative', { uploadId })).status, 401);
  });
});

describe('a recording goes straight to storage', () => {
  it('is analysed after requestUpload and the Storage SDK', async () => {
    const person = await signUp();
    const body = JSON.stringify(sampleWeek({ days: 1 }));
    const input = { contentType: 'application/json', sizeBytes: Buffer.byteLength(body) };
    const { result } = await call('requestUpload', input, person.token);
    const { uploadId, path } = result as { uploadId: string; path: string };
    assert.equal(path, `recordings/${person.uid}/${uploadId}`);
    assert.equal(await putObject(path, body, 'application/json', person.token), 200);
    const { upload, analysis } = await outcomeOf(person, uploadId);
    assert.equal(upload.status, 'succeeded');
    assert.ok(analysis);
  });

  it('ends as failed, with the code and the issues, when the file cannot be analysed', async () => {
    const person = await signUp();
    const body = JSON.stringify({
      samples: [
        { sampleType: 'heartRate', startDate: 'yesterday', endDate: 'today', value: 60, unit: 'bpm' },
      ],
    });
    const input = { contentType: 'application/json', sizeBytes: body.length, uploadId: 'not-a-good-one' };
    const { result } = await call('requestUpload', input, person.token);
    await putObject((result as { path: string }).path, body, 'application/json', person.token);
    const upload = await finished(person, 'not-a-good-one');
    assert.deepEqual([upload.status, upload.code], ['failed', 'recording/no-valid-samples']);
    assert.equal(upload.receipt!.issues[0]!.pointer, '/samples/0/startDate');
  });

  it('answers a call without a token or with a wrong input in the documented way', async () => {
    const unsigned = await call('requestUpload', {});
    assert.equal(unsigned.status, 401);
    const person = await signUp();
    const wrong = await call('requestUpload', { contentType: 'text/plain', sizeBytes: 0 }, person.token);
    assert.equal(wrong.status, 400);
    const { code, issues } = wrong.error!.details as { code: string; issues: { pointer: string }[] };
    assert.equal(code, 'request/invalid');
    assert.deepEqual(issues.map(({ pointer }) => pointer).sort(), ['/contentType', '/sizeBytes']);
  });
});
