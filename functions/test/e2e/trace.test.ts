import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Timestamp } from 'firebase-admin/firestore';
import type { Span } from '../../../scripts/local-stack/stand-ins/collector.ts';
import { samplePerson } from '../../../scripts/sample-data/sample-person.ts';
import { sampleWeek } from '../../../scripts/sample-data/sample-week.ts';
import { traceLines } from '../../../scripts/operations/trace.ts';
import { app } from '../../src/app.ts';
import { paths } from '../../src/contract/upload.ts';
import '../support/drivers.ts';
import { call, post, sendRecording } from '../support/client.ts';
import { administrator, collectorOrigin, stack } from '../support/emulators.ts';
import { finished, signUp, type Person } from '../support/person.ts';

const patienceMs = 60_000;

/** The spans of an upload once they are what a test waits for; an invocation sends its own after its work. */
async function spansOf(uploadId: string, complete: (spans: Span[]) => boolean): Promise<Span[]> {
  let spans: Span[] = [];
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(100)) {
    spans = (await (await fetch(`${collectorOrigin}/uploads/${uploadId}`)).json()) as Span[];
    if (complete(spans)) return spans;
  }
  return assert.fail(`not within ${patienceMs} ms; there are ${spans.map(({ name }) => name).join(', ')}`);
}

const invocations = ['uploadRecording', 'onRecordingFinalized', 'onAnalysisRequested', 'onAnalysisWritten'];
const has = (spans: Span[], name: string, count = 1) =>
  spans.filter((span) => span.name === name).length >= count;
const whole = (spans: Span[]) => invocations.every((name) => has(spans, name));

/** One trace, one root, and every other span's parent among them. */
function assertConnected(spans: Span[]): Span {
  assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 1, 'one trace');
  const ids = new Set(spans.map(({ spanId }) => spanId));
  assert.equal(ids.size, spans.length, 'every span once');
  const roots = spans.filter(({ parentSpanId }) => !ids.has(parentSpanId));
  assert.deepEqual(
    roots.map(({ name }) => name),
    ['uploadRecording'],
    traceLines(spans).join('\n'),
  );
  return roots[0]!;
}

describe('the trace of an upload', () => {
  let person: Person;
  // Somebody new each time: Gemini is asked for their first text, and not soon again.
  beforeEach(async () => {
    person = await signUp();
    await person.loop.setPerson(samplePerson());
  });

  it('is one connected tree over all functions, with their calls, from the request to the narrative', async () => {
    const { uploadId } = await sendRecording(person, sampleWeek({ days: 2, withStages: false }));
    const upload = await finished(person, uploadId);
    const spans = await spansOf(uploadId, whole);
    const root = assertConnected(spans);
    assert.equal(
      upload.traceparent,
      `00-${root.traceId}-${root.spanId}-01`,
      'the ids of the status document',
    );
    for (const name of invocations) {
      const [span] = spans.filter((one) => one.name === name);
      assert.deepEqual([span!.function, span!.attributes['clarity_loop.upload.id']], [name, uploadId]);
    }
    const calls = [
      'tokens.verify',
      'uploads.open',
      'recordings.create',
      'requests.publish',
      'uploads.advance',
      'recordings.open',
      'histories.state',
      'histories.samples',
      'histories.commit',
      'models.sleep',
      'models.stage',
      'narrator.write',
    ];
    for (const name of calls) assert.ok(has(spans, name), name);
    const written = spans.find(({ name }) => name === 'narrator.write')!;
    assert.equal(written.attributes['gen_ai.request.model'], 'gemini-3.5-flash-lite');
    assert.ok(Number(written.attributes['gen_ai.usage.input_tokens']) > 0);
    const created = spans.find(({ name }) => name === 'recordings.create')!;
    assert.ok(Number(created.attributes['clarity_loop.bytes']) > 1000);
  });

  it('names no person and no value in any span or metric', async () => {
    const { uploadId } = await sendRecording(person, sampleWeek({ days: 1 }));
    await finished(person, uploadId);
    const spans = JSON.stringify(await spansOf(uploadId, whole));
    const metrics = await (await fetch(`${collectorOrigin}/metrics`)).text();
    for (const [what, text] of Object.entries({ spans, metrics })) {
      assert.ok(!text.includes(person.uid), `${what} name the person`);
      assert.doesNotMatch(text, /Mean sleep|steps a day|heartRate|@example/, what);
    }
    assert.ok(!metrics.includes(uploadId));
  });

  it('stays one tree when the message is delivered again, and the second attempt is tied to the first', async () => {
    const { uploadId } = await sendRecording(person, sampleWeek({ days: 1, seed: 2 }));
    await finished(person, uploadId);
    const first = await spansOf(uploadId, whole);
    const [attempt] = first.filter(({ name }) => name === 'onAnalysisRequested');

    // As if the first worker had died before its end: its lease has run out, and the message is delivered again.
    const key = { uid: person.uid, uploadId };
    const until = Timestamp.fromMillis(Date.now() - 60_000);
    await administrator.doc(paths.personState(key.uid)).update({
      lease: { holder: 'dead', until, uploads: [uploadId] },
      traceparent: `00-${attempt!.traceId}-${attempt!.spanId}-01`,
    });
    await administrator
      .doc(paths.upload(key.uid, uploadId))
      .update({ status: 'queued', stage: 'analysis', finishedAt: null });
    const published = first.find(({ name }) => name === 'requests.publish')!;
    await app().requests.publish({ ...key, traceparent: `00-${published.traceId}-${published.spanId}-01` });

    const spans = await spansOf(uploadId, (found) => has(found, 'onAnalysisRequested', 2));
    assertConnected(spans);
    const [, again] = spans.filter(({ name }) => name === 'onAnalysisRequested');
    assert.equal(again!.attributes['clarity_loop.attempt'], 2);
    assert.deepEqual(again!.links, [{ traceId: attempt!.traceId, spanId: attempt!.spanId }]);
  });

  it('begins with the client where it has begun one', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const body = JSON.stringify(sampleWeek({ days: 1, seed: 3 }));
    const response = await post(body, { token: person.token, headers: { traceparent } });
    const { uploadId } = (await response.json()) as { uploadId: string };
    await finished(person, uploadId);
    const root = assertConnected(await spansOf(uploadId, whole));
    assert.deepEqual(
      [root.traceId, root.parentSpanId],
      ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'],
    );
  });
});

describe('the metrics of the local stack', () => {
  it('are there for Prometheus to read, put together from all workers', async () => {
    const person = await signUp();
    const { uploadId } = await sendRecording(person, sampleWeek({ days: 1, seed: 4 }));
    await finished(person, uploadId);
    // Without consent to a text the analysis comes with one, and nothing is left to do when it is written.
    await spansOf(uploadId, (spans) => invocations.slice(0, -1).every((name) => has(spans, name)));
    const text = await (await fetch(`${collectorOrigin}/metrics`)).text();
    for (const sample of [
      /^http_server_request_duration_seconds_count\{.*faas_name="uploadRecording".*\} \d+$/m,
      /^faas_coldstarts_total\{faas_name="onAnalysisRequested",faas_trigger="pubsub"\} \d+$/m,
      /^clarity_loop_uploads_total\{.*outcome="succeeded"\} \d+$/m,
      /^clarity_loop_stage_duration_seconds_bucket\{.*le="\+Inf",stage="analysis"\} \d+$/m,
      /^clarity_loop_upload_duration_seconds_count\{.*milestone="narrative"\} \d+$/m,
      /^clarity_loop_narratives_total\{.*source="template".*\} \d+$/m,
      /^# TYPE clarity_loop_stage_duration_seconds histogram$/m,
    ]) {
      assert.match(text, sample);
    }
  });
});

describe('the id of a request', () => {
  it('is in the answer of a callable and in the details of its refusal', async () => {
    const response = await fetch(stack.functionUrl('requestUpload'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'my-request-1' },
      body: JSON.stringify({ data: {} }),
    });
    assert.equal(response.headers.get('x-request-id'), 'my-request-1');
    const { error } = (await response.json()) as { error: { details: { requestId: string } } };
    assert.equal(error.details.requestId, 'my-request-1');
    const { error: other } = await call('requestUpload', {});
    assert.match((other!.details as { requestId: string }).requestId, /^[0-9a-f-]{36}$/);
  });
});
