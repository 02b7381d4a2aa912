import assert from 'node:assert/strict';
import { Fault, type FaultCode } from '../../../src/domain/fault.ts';
import { factsOf } from '../../../src/domain/narrative/facts.ts';
import { choicesOf, templateDraft, textOf } from '../../../src/domain/narrative/draft.ts';
import { planOf } from '../../../src/domain/narrative/plan.ts';
import type { NarrativeRequest, Narrator } from '../../../src/workflows/ports.ts';
import { readStatus } from '../../../src/workflows/read-status.ts';
import { writeNarrative } from '../../../src/workflows/write-narrative.ts';
import { json, sentSample, traceparent, uid, world } from '../../support/build.ts';
import { calmAnswer } from '../../support/stand-ins.ts';

/** What the narrator chooses; what it costs and who it is. */
const answering = (opening = 'Hier ist deine Woche.') => {
  const about = { modelVersion: 'm-1', promptVersion: 'p-1', tokens: { input: 10, output: 5 } };
  return (request: NarrativeRequest) =>
    Promise.resolve({ ...calmAnswer(request), ...about, draft: { ...calmAnswer(request).draft, opening } });
};

/** An upload that is analysed, of a person who agreed to generated text, and a narrator that notes what it is asked. */
async function analyzed(write: Narrator['write'] = answering()) {
  const there = world();
  // Only the second day is a whole one.
  const samples = ['2025-06-09', '2025-06-10', '2025-06-11'].map((day) =>
    sentSample({ startDate: `${day}T10:00:00Z`, endDate: `${day}T10:40:00Z`, value: 5000 }),
  );
  there.state.people.set(uid, { consent: { generatedText: true }, language: 'de' });
  const { uploadId } = await there.receive(json({ samples }));
  await there.analyze(uploadId);
  const key = { uid, uploadId };
  const analysis = there.state.analyses.get(`users/${uid}/analyses/${uploadId}`)!;
  const asked: NarrativeRequest[] = [];
  const narrator: Narrator = {
    write: (request) => {
      asked.push(request);
      return write(request);
    },
  };
  const ports = { ...there.ports, narrator };
  const narrative = () => there.state.narratives.get(`users/${uid}/narratives/${uploadId}`);
  return {
    ...there,
    ports,
    key,
    analysis,
    asked,
    narrative,
    run: () => writeNarrative(ports, key, analysis),
  };
}

describe('writeNarrative', () => {
  it("stores the narrator's text with its facts and versions, and ends the upload", async () => {
    const { run, narrative, asked, analysis, ports, key, clock } = await analyzed();
    assert.equal(await run(), 'gemini');
    const facts = factsOf(analysis);
    const plan = planOf(facts);
    const choices = choicesOf(plan, 'de');
    const request = { choices, language: 'de', problems: [], traceparent } as const;
    const { draft, modelVersion, promptVersion, tokens } = await answering()(request);
    assert.deepEqual(narrative(), {
      schemaVersion: 1,
      status: 'written',
      source: 'gemini',
      reason: null,
      replaceable: false,
      language: 'de',
      facts,
      traceparent,
      ...textOf(draft, plan.insights, 'de'),
      draft,
      modelVersion,
      promptVersion,
      tokens,
    });
    assert.deepEqual(asked, [{ choices, language: 'de', problems: [], traceparent }]);
    const upload = await readStatus(ports, key);
    assert.deepEqual([upload.status, upload.lease, upload.finishedAt], ['succeeded', null, clock.time]);
  });

  it('tells the narrator no identifiers', async () => {
    const { run, asked, key } = await analyzed();
    await run();
    const said = JSON.stringify(asked);
    assert.ok(!said.includes(uid) && !said.includes(key.uploadId));
  });

  it('writes once, however often the event comes', async () => {
    const { run, narrative, asked } = await analyzed();
    await run();
    const first = narrative();
    assert.equal(await run(), 'done-before');
    assert.equal(narrative(), first);
    assert.equal(asked.length, 1);
  });

  it('asks once when the event comes twice at the same time', async () => {
    const { run, asked } = await analyzed();
    const outcomes = await Promise.allSettled([run(), run(), run()]);
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.equal((outcome.reason as Fault).code, 'upload/busy');
    }
    assert.equal(asked.length, 1);
  });

  it('does not ask for a person who has not agreed, and writes the template', async () => {
    for (const consent of [undefined, { generatedText: false }]) {
      const { run, narrative, asked, state, analysis } = await analyzed();
      state.people.set(uid, { language: 'de', ...(consent ? { consent } : {}) });
      assert.equal(await run(), 'template');
      assert.equal(asked.length, 0);
      const facts = factsOf(analysis);
      const plan = planOf(facts);
      assert.deepEqual(narrative(), {
        schemaVersion: 1,
        status: 'written',
        source: 'template',
        reason: 'no-consent',
        replaceable: false,
        language: 'de',
        facts,
        traceparent,
        ...textOf(templateDraft(plan, 'de'), plan.insights, 'de'),
        modelVersion: null,
        promptVersion: null,
        tokens: null,
      });
    }
  });

  const invented = 'Du bist mehr gegangen als davor.';

  it('asks once more, with the reasons, when an opening claims something', async () => {
    const openings = [invented, 'Hier ist deine Woche.'];
    const { run, narrative, asked } = await analyzed((request) => answering(openings.shift())(request));
    assert.equal(await run(), 'gemini');
    const words = asked.map(({ problems }) => problems.map(({ kind, word }) => `${kind} ${word}`));
    assert.deepEqual(words, [[], ['opening mehr', 'opening als', 'opening davor']]);
    assert.deepEqual(narrative()!.tokens, { input: 20, output: 10 }, 'both calls cost something');
  });

  it('asks for consent in the moment of every call', async () => {
    const { run, narrative, asked, state } = await analyzed(async (request) => {
      state.people.set(uid, { consent: { generatedText: false }, language: 'de' });
      return answering(invented)(request);
    });
    assert.equal(await run(), 'template');
    assert.deepEqual([asked.length, narrative()!.reason], [1, 'no-consent']);
  });

  it('lets the template stand when the second text is no better, and does not ask again', async () => {
    const { run, narrative, asked } = await analyzed(answering(invented));
    assert.equal(await run(), 'template');
    assert.deepEqual([narrative()!.source, narrative()!.reason], ['template', 'check-failed']);
    assert.equal(asked.length, 2);
  });

  it('keeps the comparisons of the text that stands, in the units and language that the person chose', async () => {
    const { run, narrative, state, key } = await analyzed();
    const path = `users/${uid}/narratives/${key.uploadId}`;
    const pending = state.narratives.get(path)!;
    assert.deepEqual([pending.source, pending.reason], ['template', 'pending']);
    const facts = pending.facts.map((fact) =>
      fact.id === 'activity.steps' ? { ...fact, earlier: 7000, change: 'lower' as const } : fact,
    );
    state.narratives.set(path, { ...pending, facts });
    state.people.set(uid, { language: 'es', units: 'imperial' });
    await run();
    const steps = narrative()!.facts.find(({ id }) => id === 'activity.steps')!;
    assert.deepEqual([steps.earlier, steps.change, narrative()!.language], [7000, 'lower', 'es']);
  });

  it('writes the template when the narrator is away, refuses or answers in another form', async () => {
    for (const code of [
      'narrator/unavailable',
      'narrator/refused',
      'narrator/invalid',
    ] satisfies FaultCode[]) {
      const { run, narrative, ports, key } = await analyzed(() => Promise.reject(new Fault(code)));
      assert.equal(await run(), 'template');
      assert.equal(narrative()!.reason, code);
      assert.equal((await readStatus(ports, key)).status, 'succeeded');
    }
  });

  it('throws what is not the narrator, gives the lease back, and works on the next delivery', async () => {
    const broken = new Error('out of memory');
    let calls = 0;
    const { run, narrative, ports, key } = await analyzed((request) =>
      calls++ === 0 ? Promise.reject(broken) : answering()(request),
    );
    await assert.rejects(run(), broken);
    assert.equal(narrative()!.reason, 'pending', 'until then the template');
    assert.equal((await readStatus(ports, key)).lease, null);
    assert.equal(await run(), 'gemini');
  });

  it('takes over from a holder that died, and fences it off', async () => {
    const { run, ports, key, clock, narrative } = await analyzed();
    const claim = {
      kind: 'claimed',
      holder: 'dead',
      at: clock.time,
      until: clock.time + 60_000,
    } as const;
    await ports.uploads.advance(key, claim);
    await assert.rejects(run(), { code: 'upload/busy' });
    clock.time += 60_000;
    assert.equal(await run(), 'gemini');
    const kept = narrative();
    const late = ports.uploads.advance(
      key,
      { kind: 'narrated', holder: 'dead', at: clock.time },
      { narrative: null as never },
    );
    await assert.rejects(late, { code: 'upload/fenced' });
    assert.equal(narrative(), kept);
  });

  it('does nothing before there is an analysis', async () => {
    const { receive, ports } = world();
    const { uploadId } = await receive(json({ samples: [sentSample()] }));
    const narrator: Narrator = { write: () => Promise.reject(new Error('must not be asked')) };
    const writing = writeNarrative({ ...ports, narrator }, { uid, uploadId }, null as never);
    assert.equal(await writing, 'done-before');
  });
});
