import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { logged, type Line } from '../../support/logged.ts';
import { Fault, faults, type FaultCode } from '../../../src/domain/fault.ts';
import { answerRequest, type Answer, type HttpRequest } from '../../../src/platform/http.ts';
import { parseTraceparent } from '../../../src/telemetry/trace.ts';
import { traceparent } from '../../support/build.ts';

const request = (headers: HttpRequest['headers'] = {}, method = 'POST') => ({
  method,
  headers,
  drained: false,
  resume() {
    this.drained = true;
  },
  destroy: () => undefined,
});

async function answer(
  work: (traceparent: string) => Promise<Answer>,
  asked = request(),
  options: { allow?: string } = {},
) {
  const headers: Record<string, unknown> = {};
  let text = '';
  const response = {
    statusCode: 0,
    setHeader: (name: string, value: unknown) => void (headers[name] = value),
    end: (body: string) => void (text = body),
  };
  const lines = await logged(() =>
    answerRequest(asked, response as unknown as ServerResponse, work, options),
  );
  const body = (text.startsWith('{') ? JSON.parse(text) : { text }) as Line;
  return { status: response.statusCode, headers, body, lines, asked };
}

const failing = (error: Error) => answer(() => Promise.reject(error));

describe('answerRequest', () => {
  it('answers with JSON that nobody may keep or guess the type of', async () => {
    const { status, headers, body, lines } = await answer(() =>
      Promise.resolve({ status: 202, body: { a: 1 }, uploadId: 'upload-1' }),
    );
    assert.deepEqual([status, body], [202, { a: 1 }]);
    assert.equal(headers['content-type'], 'application/json; charset=utf-8');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.match(String(headers['content-security-policy']), /default-src 'none'/);
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.match(String(headers['strict-transport-security']), /^max-age=\d{8}/);
    const [{ message, status: noted, uploadId, requestId }] = lines as [Line];
    assert.deepEqual([message, noted, uploadId], ['request.answered', 202, 'upload-1']);
    assert.equal(requestId, headers['x-request-id']);
  });

  it('says when to come again where that is known, or where the fault may pass', async () => {
    const used = await failing(new Fault('quota/exceeded', { retryAfterS: 61 }));
    assert.deepEqual([used.status, used.headers['retry-after']], [429, '61']);
    assert.equal((await failing(new Fault('service/unavailable'))).headers['retry-after'], '30');
    assert.equal((await failing(new Fault('recording/empty'))).headers['retry-after'], undefined);
  });

  it('answers with a page and its own headers as they are', async () => {
    const page = '<!doctype html>';
    const { headers, body } = await answer(() =>
      Promise.resolve({ status: 200, body: page, headers: { 'content-language': 'de' } }),
    );
    assert.equal(body.text, page);
    assert.equal(headers['content-type'], 'text/html; charset=utf-8');
    assert.equal(headers['content-language'], 'de');
    assert.equal(headers['cache-control'], 'no-store');
  });

  it('answers a fault with a problem document: its code, its sentence, its issues', async () => {
    const issues = [{ pointer: '/samples/0/unit', expected: 'one of count', received: 'another unit' }];
    const { status, headers, body, asked } = await failing(new Fault('recording/invalid', { issues }));
    assert.equal(headers['content-type'], 'application/problem+json; charset=utf-8');
    assert.equal(status, 400);
    assert.deepEqual(body, {
      type: 'urn:clarity-loop:problem:recording/invalid',
      title: faults['recording/invalid'].sentence,
      status: 400,
      code: 'recording/invalid',
      requestId: headers['x-request-id'],
      issues,
    });
    assert.equal(asked.drained, true, 'the rest of the body is read, so that the answer gets through');
  });

  it('says nothing of an unexpected error but that there was one', async () => {
    const { status, body, lines } = await failing(new TypeError('canary: heart rate 72'));
    assert.equal(status, 500);
    assert.equal(body.code, 'internal');
    assert.equal(body.title, faults.internal.sentence);
    assert.doesNotMatch(JSON.stringify([body, lines]), /canary/);
    const [{ message, errorName, severity, stack }] = lines as [Line];
    assert.deepEqual([message, errorName, severity], ['request.failed', 'TypeError', 'ERROR']);
    assert.match(stack as string, /http\.test\.ts/);
  });

  it("logs the client's mistakes as information and ours as errors", async () => {
    for (const [code, severity] of [
      ['upload/conflict', 'INFO'],
      ['request/aborted', 'INFO'],
      ['service/unavailable', 'ERROR'],
    ] satisfies [FaultCode, string][]) {
      const { lines } = await failing(new Fault(code));
      assert.deepEqual([lines.length, lines[0]!.severity, lines[0]!.code], [1, severity, code]);
    }
  });

  it('names the methods that it takes', async () => {
    const { headers } = await failing(new Fault('request/method-not-allowed'));
    assert.equal(headers.allow, 'GET, POST');
    const refused = () => Promise.reject(new Fault('request/method-not-allowed'));
    assert.equal((await answer(refused, request(), { allow: 'GET' })).headers.allow, 'GET');
    assert.ok(!('allow' in (await failing(new Fault('request/not-found'))).headers));
  });

  it("keeps the client's id of the request where it can be one, and makes one where not", async () => {
    const work = () => Promise.resolve({ status: 200, body: {} });
    const given = async (id: string | string[]) =>
      (await answer(work, request({ 'x-request-id': id }))).headers['x-request-id'];
    assert.equal(await given('request-1'), 'request-1');
    for (const id of [
      'short',
      'with space and more',
      'x'.repeat(129),
      'evil\r\nheader: 1',
      ['request-1', 'request-2'],
    ]) {
      assert.match((await given(id)) as string, /^[0-9a-f-]{36}$/);
    }
  });

  it("works inside the client's trace, and hands it on", async () => {
    let handed = '';
    const { lines } = await answer((context) => {
      handed = context;
      return Promise.resolve({ status: 200, body: {} });
    }, request({ traceparent }));
    assert.equal(parseTraceparent(handed)!.traceId, parseTraceparent(traceparent)!.traceId);
    assert.notEqual(handed, traceparent);
    assert.equal(lines[0]!['logging.googleapis.com/spanId'], parseTraceparent(handed)!.spanId);
  });
});
