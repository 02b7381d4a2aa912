import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { mock } from 'node:test';
import { counted } from '../../../../scripts/capacity/counted.ts';
import { startVertexStandIn, type VertexStandIn } from '../../../../scripts/local-stack/stand-ins/vertex.ts';
import { endpointOf, thinkingOf, vertexNarrator, type VertexOptions } from '../../../src/adapters/vertex.ts';
import type { NarrativeRequest } from '../../../src/workflows/ports.ts';
import { choicesOf } from '../../../src/domain/narrative/draft.ts';
import { problemsOf } from '../../../src/domain/narrative/draft-check.ts';
import { planOf } from '../../../src/domain/narrative/plan.ts';
import { languages } from '../../../src/domain/languages.ts';
import { weekFacts } from '../../support/narrative.ts';

const plan = planOf(weekFacts);
const choices = choicesOf(plan, 'en');
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const request: NarrativeRequest = { choices, language: 'en', problems: [], traceparent };

describe('the narrator on Vertex AI', () => {
  let vertex: VertexStandIn;
  let folder: string;
  let failures: (number | undefined)[];
  let credentials: string | undefined;

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vertex-'));
    vertex = await startVertexStandIn(folder);
    vertex.trustHere();
    credentials = process.env.GOOGLE_APPLICATION_CREDENTIALS;
    // There is no metadata server here to ask for a project or for credentials.
    process.env.METADATA_SERVER_DETECTION = 'none';
    process.env.GCLOUD_PROJECT ??= 'demo-clarity-loop';
    process.env.GOOGLE_APPLICATION_CREDENTIALS = vertex.env.GOOGLE_APPLICATION_CREDENTIALS;
  });
  after(async () => {
    if (credentials === undefined) delete process.env.GOOGLE_APPLICATION_CREDENTIALS;
    else process.env.GOOGLE_APPLICATION_CREDENTIALS = credentials;
    await vertex.close();
    fs.rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    vertex.reset();
    failures = [];
  });

  const narrator = (options: Partial<VertexOptions> = {}) =>
    vertexNarrator({
      project: 'demo-clarity-loop',
      location: 'europe-west4',
      model: 'gemini-2.5-flash',
      apiEndpoint: vertex.host,
      timeoutMs: 300,
      retry: { attempts: 3, baseMs: 1, capMs: 2, deadlineMs: 5000 },
      onFailure: (_error, status) => failures.push(status),
      ...options,
    });

  const sent = (i = 0) =>
    vertex.requests[i] as {
      contents: { parts: { text: string }[] }[];
      generationConfig: { responseSchema: { properties: Record<string, object> } };
    };
  const prompt = (i = 0) => JSON.parse(sent(i).contents[0]!.parts[0]!.text) as Record<string, unknown>;

  it('gives a draft that may stand, with what it cost, by a model that is called a stand-in', async () => {
    const answer = await narrator().write(request);
    assert.deepEqual(problemsOf(answer.draft, plan, 'en'), []);
    assert.equal(answer.modelVersion, 'stand-in for gemini-2.5-flash');
    assert.ok(answer.tokens.input > 0 && answer.tokens.output > 0);
    assert.equal(vertex.requests.length, 1);
  });

  it('costs at most 2,800 tokens in and 250 out for a text, in every language', async () => {
    assert.deepEqual(counted().text, { tokensIn: 2800, tokensOut: 250 }, 'what the page on capacity says');
    for (const language of languages) {
      const { tokens } = await narrator().write({ ...request, language, choices: choicesOf(plan, language) });
      assert.ok(
        tokens.input <= 2800 && tokens.output <= 250,
        `${language}: ${tokens.input} in, ${tokens.output} out`,
      );
    }
  });

  it('sends the sentences that may be chosen and the language, and nothing else of the person', async () => {
    await narrator().write(request);
    assert.deepEqual(Object.keys(prompt()), ['language', 'insights', 'connectives', 'suggestions']);
  });

  it('can be answered with the ids of this plan only', async () => {
    await narrator().write(request);
    const { insights, suggestions } = sent().generationConfig.responseSchema.properties;
    const asked = JSON.stringify([insights, suggestions]);
    for (const { id, frames } of choices.insights)
      for (const name of [id, ...frames.map((frame) => frame.id)])
        assert.ok(asked.includes(`"${name}"`), name);
    assert.ok(!asked.includes('missing.manyNights'));
  });

  it('thinks as little as each family of models lets it', () => {
    assert.deepEqual(thinkingOf('gemini-2.5-flash'), { thinkingBudget: 0 });
    assert.deepEqual(thinkingOf('gemini-3.5-flash-lite'), { thinkingLevel: 'MINIMAL' });
  });

  it('asks where the location is served', () => {
    assert.deepEqual(['global', 'eu', 'us', 'europe-west4'].map(endpointOf), [
      'aiplatform.googleapis.com',
      'aiplatform.eu.rep.googleapis.com',
      'aiplatform.us.rep.googleapis.com',
      'europe-west4-aiplatform.googleapis.com',
    ]);
  });

  it('asks once more for an answer that was cut, counts both, and then gives up', async () => {
    vertex.behave('short', 1);
    const whole = await narrator().write(request);
    assert.equal(vertex.requests.length, 2);
    vertex.reset();
    assert.ok(whole.tokens.input > (await narrator().write(request)).tokens.input);
    vertex.behave('short');
    await assert.rejects(narrator().write(request), { code: 'narrator/invalid' });
  });

  it('leaves no line of the SDK on the console', async () => {
    const warn = mock.method(console, 'warn', () => {});
    await narrator().write(request);
    assert.equal(warn.mock.callCount(), 0);
    warn.mock.restore();
  });

  it('tells why the draft before it could not stand', async () => {
    const problems = [{ kind: 'opening', word: '9' }] as const;
    await narrator().write({ ...request, problems });
    assert.deepEqual(prompt()['problems'], problems);
  });

  for (const mode of ['429', '503', 'html', 'cut', 'hang'] as const) {
    it(`tries again after ${mode}, and succeeds when it has passed`, async () => {
      vertex.behave(mode, 2);
      await narrator().write(request);
      assert.equal(failures.length, 2);
    });

    it(`is unavailable when ${mode} stays, after three calls`, async () => {
      vertex.behave(mode);
      await assert.rejects(narrator().write(request), { code: 'narrator/unavailable' });
      assert.equal(failures.length, 3);
    });
  }

  it('does not ask again when the safety rules refuse', async () => {
    vertex.behave('safety');
    await assert.rejects(narrator().write(request), { code: 'narrator/refused' });
    assert.equal(vertex.requests.length, 1);
  });

  it('does not repeat a request that will never be right', async () => {
    const wrongModel = narrator({ model: 'no:such' });
    await assert.rejects(wrongModel.write(request), { code: 'narrator/rejected' });
    assert.deepEqual(failures, [404]);
  });

  it('stops asking when every request is refused: the model is gone, or the role', async () => {
    const wrongModel = narrator({ model: 'no:such', breaker: { failures: 2, openMs: 60_000 } });
    for (let i = 0; i < 2; i++)
      await assert.rejects(wrongModel.write(request), { code: 'narrator/rejected' });
    await assert.rejects(wrongModel.write(request), { code: 'narrator/unavailable' });
    assert.deepEqual(failures, [404, 404]);
  });

  describe('when Vertex is away', () => {
    const breaker = { failures: 5, openMs: 30_000 };
    let states: string[];
    const patient = () => {
      states = [];
      return narrator({ breaker, onBreaker: (state) => states.push(state) });
    };
    const refused = { code: 'narrator/unavailable' };
    // The breaker's clock only: the calls are over real sockets, with real timeouts.
    beforeEach(() => {
      mock.timers.enable({ apis: ['Date'], now: Date.now() });
    });
    afterEach(() => {
      mock.timers.reset();
    });

    it('stops asking after five failures in a row: twenty narratives cost no more calls', async () => {
      vertex.behave('503');
      const { write } = patient();
      for (let i = 0; i < 20; i++) await assert.rejects(write(request), refused);
      assert.equal(failures.length, 5);
      assert.deepEqual(states, ['open']);
    });

    it('does not try again while the circuit is open', async () => {
      vertex.behave('503');
      let retries = 0;
      const { write } = narrator({
        breaker: { failures: 3, openMs: 60_000 },
        onRetry: () => retries++,
      });
      await assert.rejects(write(request), refused);
      assert.equal(retries, 2);
      await assert.rejects(write(request), refused);
      assert.deepEqual([retries, failures.length], [2, 3]);
    });

    it('lets one call try after a while, and asks again when that one succeeds', async () => {
      vertex.behave('503', 5);
      const { write } = patient();
      await assert.rejects(write(request), refused);
      await assert.rejects(write(request), refused);
      mock.timers.tick(breaker.openMs);
      await write(request);
      await write(request);
      assert.deepEqual(states, ['open', 'half-open', 'closed']);
    });

    it('keeps the door shut when that one call fails', async () => {
      vertex.behave('503');
      const { write } = patient();
      await assert.rejects(write(request), refused);
      await assert.rejects(write(request), refused);
      mock.timers.tick(breaker.openMs);
      await assert.rejects(write(request), refused);
      assert.equal(failures.length, 6);
      assert.deepEqual(states, ['open', 'half-open', 'open']);
    });
  });

  it('asks for at most four texts at once, lets some wait, and turns the rest away', async () => {
    vertex.behave('hang');
    const { write } = narrator({
      retry: { attempts: 1, baseMs: 1, capMs: 1, deadlineMs: 1 },
      breaker: { failures: 99, openMs: 1 },
    });
    const answers = Array.from({ length: 30 }, () =>
      write(request).catch((error: Error) => (error.cause as Error).name),
    );
    // When the first of them has timed out, all four have arrived, and nobody who waited has been sent yet.
    const forever = new Promise<never>(() => {});
    await Promise.race(answers.map(async (name) => ((await name) === 'Error' ? forever : name)));
    assert.equal(vertex.requests.length, 4);
    const names = await Promise.all(answers);
    assert.equal(names.filter((name) => name === 'Error').length, 10);
  });
});
