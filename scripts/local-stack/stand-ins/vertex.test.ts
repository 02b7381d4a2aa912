import assert from 'node:assert/strict';
import https from 'node:https';
import type { StandInAnswer } from './narrative.ts';
import { startVertexStandIn } from './vertex.ts';
import type { VertexStandIn } from './vertex.ts';

interface Answer {
  status: number | undefined;
  type: string | undefined;
  text: string;
}

const generateContent =
  '/v1/projects/demo-p/locations/europe-west4/publishers/google/models/gemini-2.5-flash:generateContent';
const sentences = {
  language: 'en',
  insights: [
    { id: 'sleep', frames: { 'sleep/1': 'You slept 7 h 26 min.', 'sleep/2': 'Your sleep was 7 h 26 min.' } },
    { id: 'steps', frames: { 'steps/1': 'You took 8,421 steps.' } },
  ],
  connectives: { none: '', also: 'Also,' },
  suggestions: { note: 'A note may help.' },
};

function body(change: object = {}): object {
  return {
    contents: [{ role: 'user', parts: [{ text: JSON.stringify(sentences) }] }],
    systemInstruction: { parts: [{ text: 'Write.' }] },
    generationConfig: { responseMimeType: 'application/json', responseSchema: { type: 'OBJECT' } },
    ...change,
  };
}

describe('Vertex stand-in', () => {
  let standIn: VertexStandIn;
  let token = '';

  /** A client with the stand-in's certificate as its only authority. */
  function send(
    method: string,
    path: string,
    content?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { method, headers, ca: standIn.ca, agent: false, timeout: 300 };
      const request = https.request(`https://${standIn.host}${path}`, options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.once('error', reject);
        response.once('end', () => {
          resolve({ status: response.statusCode, type: response.headers['content-type'], text });
        });
      });
      request.once('timeout', () => request.destroy(new Error('no answer')));
      request.once('error', reject);
      request.end(content && JSON.stringify(content));
    });
  }

  const generate = (content = body(), headers = { authorization: `Bearer ${token}` }) =>
    send('POST', generateContent, content, headers);
  const json = ({ text }: Answer): unknown => JSON.parse(text);

  async function narrative(): Promise<StandInAnswer> {
    const answer = json(await generate()) as { candidates: { content: { parts: { text: string }[] } }[] };
    return JSON.parse(answer.candidates[0]?.content.parts[0]?.text ?? '') as StandInAnswer;
  }

  before(async () => {
    standIn = await startVertexStandIn();
    token = (json(await send('POST', '/token')) as { access_token: string }).access_token;
  });
  beforeEach(() => {
    standIn.reset();
  });
  after(() => standIn.close());

  it('chooses among the sentences that it was given, and opens in words without a number', async () => {
    const { insights, order, connectives, opening } = await narrative();
    assert.deepEqual([order, connectives.length], [['sleep', 'steps'], 1]);
    for (const [i, { id, frame }] of insights.entries()) {
      assert.equal(id, sentences.insights[i]!.id);
      assert.ok(frame in sentences.insights[i]!.frames, frame);
    }
    assert.match(opening, /^[^\d]+\.$/);
  });

  it('answers like the service: finish reason, token counts, model version', async () => {
    const { status, text } = await generate();
    const answer = JSON.parse(text) as {
      candidates: { finishReason: string }[];
      usageMetadata: { promptTokenCount: number; candidatesTokenCount: number; totalTokenCount: number };
      modelVersion: string;
    };
    assert.equal(status, 200);
    assert.equal(answer.candidates[0]?.finishReason, 'STOP');
    assert.equal(answer.modelVersion, 'stand-in for gemini-2.5-flash');
    const { promptTokenCount, candidatesTokenCount, totalTokenCount } = answer.usageMetadata;
    assert.ok(promptTokenCount > 0 && candidatesTokenCount > 0);
    assert.equal(totalTokenCount, promptTokenCount + candidatesTokenCount);
  });

  it('refuses a request without a token, and with a wrong one', async () => {
    for (const headers of [{}, { authorization: 'Bearer other' }]) {
      const answer = await send('POST', generateContent, body(), headers);
      assert.equal(answer.status, 401);
      assert.equal((json(answer) as { error: { status: string } }).error.status, 'UNAUTHENTICATED');
    }
  });

  const incomplete: [string, object][] = [
    ['contents', { contents: [] }],
    ['systemInstruction', { systemInstruction: undefined }],
    ['responseMimeType', { generationConfig: { responseSchema: {} } }],
    ['responseSchema', { generationConfig: { responseMimeType: 'application/json' } }],
    ['last user part', { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] }],
    [
      'last user part',
      { contents: [{ role: 'user', parts: [{ text: '{"language":"en","insights":[{"id":1}]}' }] }] },
    ],
  ];
  for (const [what, change] of incomplete) {
    it(`refuses a request with a wrong ${what}: ${JSON.stringify(change)}`, async () => {
      const answer = await generate(body(change));
      assert.equal(answer.status, 400);
      const { error } = json(answer) as { error: { code: number; status: string; message: string } };
      assert.equal(error.code, 400);
      assert.equal(error.status, 'INVALID_ARGUMENT');
      assert.ok(error.message.includes(what), error.message);
      assert.equal(standIn.requests.length, 0);
    });
  }

  it('knows no other method or path', async () => {
    const headers = { authorization: `Bearer ${token}` };
    assert.equal((await send('GET', generateContent, undefined, headers)).status, 404);
    assert.equal((await send('POST', generateContent.replace('/v1/', '/v2/'), body(), headers)).status, 404);
  });

  it('answers 429 and 503 with the errors of the service', async () => {
    for (const [mode, status, name] of [
      ['429', 429, 'RESOURCE_EXHAUSTED'],
      ['503', 503, 'UNAVAILABLE'],
    ] as const) {
      standIn.behave(mode);
      const answer = await generate();
      assert.equal(answer.status, status);
      assert.equal((json(answer) as { error: { status: string } }).error.status, name);
    }
  });

  it('hangs', async () => {
    standIn.behave('hang');
    await assert.rejects(generate(), /no answer/);
  });

  it('breaks the connection in the middle of the body', async () => {
    standIn.behave('cut');
    await assert.rejects(generate(), { code: 'ECONNRESET' });
  });

  it('blocks for safety, without a text', async () => {
    standIn.behave('safety');
    const { candidates } = json(await generate()) as {
      candidates: { finishReason: string; content?: unknown }[];
    };
    assert.equal(candidates[0]?.finishReason, 'SAFETY');
    assert.equal(candidates[0]?.content, undefined);
  });

  it('makes up an opening with a number', async () => {
    standIn.behave('invent');
    assert.match((await narrative()).opening, /\d/);
  });

  it('breaks off at the limit of tokens', async () => {
    standIn.behave('short');
    const { candidates } = json(await generate()) as { candidates: { finishReason: string }[] };
    assert.equal(candidates[0]?.finishReason, 'MAX_TOKENS');
  });

  it("sends a proxy's page instead of JSON", async () => {
    standIn.behave('html');
    const { status, type, text } = await generate();
    assert.equal(status, 502);
    assert.equal(type, 'text/html');
    assert.match(text, /^<!DOCTYPE html>/);
  });

  it('misbehaves as often as asked, then behaves', async () => {
    standIn.behave('503', 2);
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await generate()).status);
    assert.deepEqual(statuses, [503, 503, 200, 200]);
    assert.equal(standIn.requests.length, 4);
  });

  it('is controlled over HTTPS as well', async () => {
    await generate();
    assert.deepEqual(json(await send('GET', '/control')), { mode: 'ok', requests: 1 });
    assert.deepEqual(json(await send('POST', '/control', { mode: '429' })), { mode: '429', requests: 0 });
    assert.equal((await generate()).status, 429);
    assert.deepEqual(json(await send('GET', '/control')), { mode: '429', requests: 1 });
    assert.equal((await send('POST', '/control', { mode: 'sing' })).status, 400);
  });

  it('is trusted by this process on request', async () => {
    const control = () => fetch(`https://${standIn.host}/control`);
    await assert.rejects(control());
    standIn.trustHere();
    assert.equal((await control()).status, 200);
  });
});
