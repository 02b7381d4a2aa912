import assert from 'node:assert/strict';
import { runProgram } from '../../support/programs.ts';
import { startSentryIngest, type SentryIngest } from '../../support/sentry-ingest.ts';

/** Two failing events at once, each in a trace of its own, and a schedule that is of no upload; and what became of them. */
const twoAtOnce = `
  const { handleEvent, handleSchedule } = await load('platform/event.ts');
  // All have begun before any ends, and they end in another order: the second, the first, the schedule.
  const ended = { 2: Promise.withResolvers(), 1: Promise.withResolvers() };
  const fail = (n) => handleEvent(
    { event: 'onX', delivery: { id: 'event-' + n }, uploadId: 'upload-' + n,
      traceparent: '00-' + String(n).repeat(32) + '-00f067aa0ba902b7-01' },
    async (handed) => {
      say([n, handed]);
      if (n === 1) await ended[2].promise;
      throw n === 1 ? new TypeError('canary: 72 bpm') : new RangeError('canary: 88 bpm');
    },
  ).finally(ended[n].resolve);
  const results = await Promise.allSettled([fail(1), fail(2), handleSchedule('onTime', async () => {
    await ended[1].promise;
    throw new SyntaxError('x');
  })]);
  say(results.map(({ status, reason }) => status + ' ' + reason.name));
`;

const failWith = (fault: string) => `
  const { handleEvent } = await load('platform/event.ts');
  const { Fault } = await load('domain/fault.ts');
  const started = performance.now();
  const uploadId = 'upload-1';
  await handleEvent({ event: 'onX', delivery: { id: 'event-1' }, uploadId, traceparent: undefined }, () => {
    const canary = 'a body with a heart rate';
    throw ${fault};
  }).then(() => say('done'), ({ name }) => say(name));
  await say(performance.now() - started);
`;

describe('unexpected errors', () => {
  let ingest: SentryIngest;
  beforeEach(async () => {
    ingest = await startSentryIngest();
  });
  afterEach(() => {
    ingest.close();
  });
  const env = () => ({ SENTRY_DSN: ingest.dsn, FUNCTION_TARGET: 'onX', K_REVISION: 'onx-00007' });

  it('arrive with their class, place, code, release and trace, and are thrown all the same', async () => {
    const { said } = await runProgram(failWith("new TypeError('canary: 72 bpm')"), env());
    assert.equal(said[0], 'Fault', 'the event comes again');
    const [event] = ingest.events;
    assert.equal(ingest.events.length, 1);
    assert.deepEqual([event!.release, event!.environment], ['onx-00007', 'demo-clarity-loop']);
    assert.deepEqual(event!.fingerprint, ['internal', 'TypeError']);
    assert.deepEqual(event!.tags, {
      code: 'internal',
      function: 'onX',
      request_id: 'event-1',
      upload_id: 'upload-1',
    });
    const [exception] = event!.exception.values;
    assert.deepEqual([exception!.type, exception!.value], ['TypeError', 'internal']);
    assert.ok(exception!.stacktrace.frames.some((frame) => String(frame.filename).includes('event.ts')));
    assert.match(event!.contexts.trace.trace_id, /^[0-9a-f]{32}$/);
  });

  it('carry no words of the error, no person, no machine and nothing that went before', async () => {
    await runProgram(
      `console.log('canary breadcrumb'); ${failWith("new TypeError('canary: 72 bpm')")}`,
      env(),
    );
    assert.equal(ingest.events.length, 1);
    assert.doesNotMatch(ingest.bodies.join(), /canary|bpm|heart/);
    for (const name of ['user', 'request', 'breadcrumbs', 'extra', 'server_name', 'modules', 'message']) {
      assert.ok(!(name in ingest.events[0]!), name);
    }
  });

  it('do not mix when several invocations fail at once', async () => {
    const { said } = await runProgram(twoAtOnce, env());
    const handed = new Map(said.slice(0, 2) as [number, string][]);
    assert.deepEqual(said[2], ['rejected Fault', 'rejected Fault', 'rejected Fault']);
    assert.equal(ingest.events.length, 3);
    for (const event of ingest.events) {
      if (event.exception.values[0]!.type === 'SyntaxError') {
        assert.ok(!('upload_id' in event.tags), 'that is of another invocation');
        continue;
      }
      const n = event.exception.values[0]!.type === 'TypeError' ? 1 : 2;
      const [, traceId, spanId] = handed.get(n)!.split('-');
      assert.deepEqual(event.contexts.trace, { trace_id: traceId, span_id: spanId });
      assert.deepEqual([event.tags.upload_id, event.tags.request_id], [`upload-${n}`, `event-${n}`]);
    }
  });

  it('are told apart by the code of their fault where it has one', async () => {
    await runProgram(failWith("new Fault('model/corrupt', { cause: new Error('canary') })"), env());
    const [event] = ingest.events;
    assert.deepEqual([event!.fingerprint, event!.tags.code], [['model/corrupt'], 'model/corrupt']);
    assert.equal(event!.exception.values[0]!.type, 'Error', 'the cause is what went wrong');
  });

  it('are not what a person can mend, nor what another delivery will', async () => {
    for (const code of ['recording/invalid', 'upload/busy', 'service/unavailable', 'quota/exceeded']) {
      const { said } = await runProgram(failWith(`new Fault('${code}')`), env());
      assert.equal(said[0], 'Fault');
    }
    assert.equal(ingest.bodies.length, 0);
  });

  it('stay here without a DSN, and with "off"', async () => {
    for (const dsn of ['', 'off']) {
      const { said } = await runProgram(failWith("new TypeError('x')"), { ...env(), SENTRY_DSN: dsn });
      assert.equal(said[0], 'Fault');
    }
    assert.equal(ingest.bodies.length, 0);
  });

  it('hold an invocation up for 300 ms when nobody takes them, and it fails as it should', async () => {
    ingest.hang();
    const { said, out } = await runProgram(`${failWith("new TypeError('x')")} process.exit(0);`, env());
    assert.equal(said[0], 'Fault');
    // The SDK is loaded first; without the limit it would be for ever.
    assert.ok((said[1] as number) < 5000, `${String(said[1])} ms`);
    assert.match(out, /"message":"event.failed"/);
  });
});

describe('an event that fails unexpectedly', () => {
  it('is answered with 500 by the framework, so that it is delivered again, and reported', async () => {
    const ingest = await startSentryIngest();
    const program = `
      const { onMessagePublished } = await import('firebase-functions/v2/pubsub');
      const framework = await import('@google-cloud/functions-framework');
      const { getTestServer } = await import('@google-cloud/functions-framework/testing');
      const { handleEvent } = await load('platform/event.ts');
      const uploadId = 'upload-1';
      framework.cloudEvent('failing', onMessagePublished({ topic: 't', retry: true }, (delivery) =>
        handleEvent({ event: 'failing', delivery, uploadId, traceparent: undefined }, () => {
          throw new TypeError('canary');
        })));
      const server = getTestServer('failing');
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      const response = await fetch('http://127.0.0.1:' + server.address().port, {
        method: 'POST',
        headers: { 'content-type': 'application/json', connection: 'close', 'ce-specversion': '1.0', 'ce-id': 'event-1',
          'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished', 'ce-source': '//pubsub.googleapis.com/projects/p/topics/t' },
        body: JSON.stringify({ message: { data: 'e30=', attributes: {} } }),
      });
      await say(response.status);
      server.close();
    `;
    const { said, out, err } = await runProgram(program, { SENTRY_DSN: ingest.dsn });
    ingest.close();
    assert.equal(said[0], 500);
    assert.match(err, /Fault/, 'the framework prints what it was given');
    assert.doesNotMatch(`${out}${err}`, /canary/);
    assert.deepEqual(
      ingest.events.map(({ tags }) => tags.request_id),
      ['event-1'],
    );
    assert.doesNotMatch(ingest.bodies.join(), /canary/);
  });
});

describe('a request that fails unexpectedly', () => {
  it('is answered with 500 before anything is sent, and then reported', async () => {
    const ingest = await startSentryIngest();
    const program = `
      const { answerRequest } = await load('platform/http.ts');
      const http = await import('node:http');
      const server = http.createServer((request, response) =>
        answerRequest(request, response, () => Promise.reject(new TypeError('canary'))));
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      const headers = { 'x-request-id': 'request-1', connection: 'close' };
      const response = await fetch('http://127.0.0.1:' + server.address().port, { headers });
      const { code, requestId } = await response.json();
      say([response.status, code, requestId, response.headers.get('x-request-id')]);
      server.close();
    `;
    const { said } = await runProgram(program, { SENTRY_DSN: ingest.dsn });
    assert.deepEqual(said[0], [500, 'internal', 'request-1', 'request-1']);
    assert.equal(ingest.events.length, 1);
    assert.equal(ingest.events[0]!.tags.request_id, 'request-1');
    ingest.close();
  });
});
