import assert from 'node:assert/strict';
import { choicesOf } from '../../../src/domain/narrative/draft.ts';
import { planOf } from '../../../src/domain/narrative/plan.ts';
import { paths } from '../../../src/contract/upload.ts';
import type { NarrativeRequest } from '../../../src/workflows/ports.ts';
import { writeNarrative } from '../../../src/workflows/write-narrative.ts';
import { hourMs } from '../../../src/domain/time.ts';
import { json, sentSample, uid, world, type Sent } from '../../support/build.ts';
import { calmNarrator } from '../../support/stand-ins.ts';

/** Somebody who walks, and agreed to generated text; who sends is answered as the functions do it. */
function start() {
  const there = world();
  const asked: NarrativeRequest[] = [];
  const narrator: typeof calmNarrator = {
    write: (request) => {
      asked.push(request);
      return calmNarrator.write(request);
    },
  };
  const ports = { ...there.ports, narrator };
  there.state.people.set(uid, { consent: { generatedText: true }, language: 'en' });
  let minute = 0;
  const narrativeOf = (uploadId: string) =>
    there.state.narratives.get(`users/${uid}/narratives/${uploadId}`)!;
  /** Steps on some days of the week before the clock; every upload brings others. */
  const send = async (steps: number, more: Sent[] = []) => {
    minute++;
    const walks = ['10', '11', '12', '13'].map((day) =>
      sentSample({
        startDate: `2025-06-${day}T10:${String(minute).padStart(2, '0')}:00Z`,
        endDate: `2025-06-${day}T10:${String(minute).padStart(2, '0')}:59Z`,
        value: steps,
      }),
    );
    const { uploadId } = await there.receive(json({ samples: [...walks, ...more] }));
    await there.analyze(uploadId);
    const pending = narrativeOf(uploadId);
    const analysis = there.state.analyses.get(`users/${uid}/analyses/${uploadId}`)!;
    await writeNarrative(ports, { uid, uploadId }, analysis);
    return { uploadId, pending, narrative: narrativeOf(uploadId) };
  };
  const text = () => there.state.personStates.get(paths.personState(uid))?.text;
  return { ...there, asked, send, text, narrativeOf };
}

describe('a text that costs money', () => {
  it('is asked for once, and then filled in anew with the numbers of each upload', async () => {
    const { send, asked, clock } = start();
    const first = await send(5000);
    assert.deepEqual([first.narrative.source, first.pending.reason, asked.length], ['gemini', 'pending', 1]);
    clock.time += hourMs;
    const second = await send(700);
    assert.equal(asked.length, 1);
    const { source, reason, draft, tokens, modelVersion } = second.narrative;
    assert.deepEqual([source, reason, tokens, modelVersion], ['gemini', null, null, 'm']);
    assert.deepEqual(draft, first.narrative.draft);
    assert.match(first.narrative.summary, /5,000/);
    assert.match(second.narrative.summary, /5,700/);
  });

  it('is not asked for again after a day either, while what it says holds', async () => {
    const { send, asked, clock } = start();
    await send(5000);
    clock.time += hourMs;
    await send(700);
    clock.time += 30 * hourMs;
    assert.equal((await send(300)).narrative.source, 'gemini');
    assert.equal(asked.length, 1);
  });

  it('gives way to the template once it does not hold, and is asked for again when a day is over', async () => {
    const { send, asked, clock } = start();
    await send(5000);
    clock.time += hourMs;
    const night = sentSample({
      sampleType: 'sleepAnalysis',
      categoryValue: 3,
      startDate: '2025-06-11T22:00:00Z',
      endDate: '2025-06-12T06:00:00Z',
    });
    const { narrative } = await send(700, [night]);
    assert.match(JSON.stringify(asked[0]!.choices), /No sleep was recorded/);
    assert.deepEqual([narrative.source, narrative.reason], ['template', 'not-due']);
    clock.time += 20 * hourMs;
    assert.equal((await send(10)).narrative.source, 'gemini');
    assert.equal(asked.length, 2);
    const { insights } = asked[1]!.choices;
    assert.deepEqual(
      insights.map(({ id }) => id),
      choicesOf(planOf(narrative.facts), 'en').insights.map(({ id }) => id),
    );
  });

  it('is asked for at once in another language', async () => {
    const { send, asked, state, clock } = start();
    await send(5000);
    state.people.set(uid, { consent: { generatedText: true }, language: 'de' });
    clock.time += hourMs;
    assert.equal((await send(700)).narrative.language, 'de');
    assert.deepEqual(
      asked.map(({ language }) => language),
      ['en', 'de'],
    );
  });

  it('is not filled in for somebody who has withdrawn their consent', async () => {
    const { send, state, clock } = start();
    await send(5000);
    clock.time += hourMs;
    await send(700);
    state.people.set(uid, { consent: { generatedText: false }, language: 'en' });
    clock.time += hourMs;
    const { narrative } = await send(300);
    assert.deepEqual(
      [narrative.source, narrative.reason, narrative.draft],
      ['template', 'no-consent', undefined],
    );
  });

  it('is looked up once: then the state has what was chosen', async () => {
    const { send, text, clock } = start();
    const { uploadId, narrative } = await send(5000);
    assert.deepEqual([text()!.uploadId, text()!.chosen], [uploadId, null]);
    clock.time += hourMs;
    await send(700);
    assert.deepEqual([text()!.uploadId, text()!.chosen?.draft], [null, narrative.draft]);
  });
});
