import assert from 'node:assert/strict';
import { weeklyReport } from '../../../src/workflows/weekly-report.ts';
import { writeNarrative } from '../../../src/workflows/write-narrative.ts';
import { at, json, minuteMs, sentSample, uid, world, type Sent } from '../../support/build.ts';
import { calmNarrator } from '../../support/stand-ins.ts';

const narrator = calmNarrator;

/** Steps in one minute of each of some days. */
const stepsOn = (...days: number[]): Sent[] =>
  days.map((day) => {
    const date = `2025-06-${String(day).padStart(2, '0')}`;
    return sentSample({ startDate: `${date}T10:00:00Z`, endDate: `${date}T10:01:00Z` });
  });

function there() {
  const made = world();
  const send = async (samples: Sent[]): Promise<string> => {
    const { uploadId } = await made.receive(json({ samples }));
    assert.equal(await made.analyze(uploadId), 'analyzed');
    return uploadId;
  };
  return { ...made, send, report: (asked = {}, of = uid) => weeklyReport(made.ports, of, asked) };
}

describe('weeklyReport', () => {
  it('reports on the analysis that was written last, or on the one that is named', async () => {
    const { send, report } = there();
    const first = await send(stepsOn(1));
    await send(stepsOn(9));
    assert.deepEqual((await report()).analysis.window.days.at(-1), '2025-06-09');
    assert.deepEqual((await report({ uploadId: first })).analysis.window.days, ['2025-06-01']);
  });

  it('draws the days of the analysis it reports on, whatever has come since', async () => {
    const { send, report } = there();
    const first = await send(stepsOn(1, 2));
    await send(stepsOn(9, 10, 11));
    const { picture } = await report({ uploadId: first });
    assert.deepEqual(
      picture.days.map(({ day, activity }) => [day, activity[40]]),
      [
        ['2025-06-01', 100],
        ['2025-06-02', 100],
      ],
    );
  });

  it('sees that samples of its days came after the analysis', async () => {
    const { send, report } = there();
    const first = await send(stepsOn(1, 2));
    await send([sentSample({ startDate: '2025-06-01T11:00:00Z', endDate: '2025-06-01T11:01:00Z' })]);
    const { picture, analysis } = await report({ uploadId: first });
    assert.deepEqual([picture.samples, analysis.coverage.samples], [3, 2]);
  });

  it('compares with the week before', async () => {
    const { send, report } = there();
    await send(stepsOn(1, 2, 3, 4, 5, 6, 7));
    await send(stepsOn(8, 9, 10, 11, 12, 13, 14));
    const { before, facts } = await report();
    assert.deepEqual([before![0], before!.at(-1)], ['2025-06-01', '2025-06-07']);
    const steps = facts.find(({ id }) => id === 'activity.steps')!;
    assert.deepEqual([steps.value, steps.earlier, steps.change], [100, 100, 'same']);
  });

  it('compares with no week that ended long before', async () => {
    const { send, report } = there();
    await send(stepsOn(1));
    await send(stepsOn(8, 9, 10, 11, 12, 13, 14));
    const { before, facts } = await report();
    assert.equal(before, null);
    assert.equal(facts.find(({ id }) => id === 'activity.steps')!.earlier, undefined);
  });

  it('has the template until the text has been written', async () => {
    const { state, ports, send, report } = there();
    state.people.set(uid, { consent: { generatedText: true } });
    const uploadId = await send(stepsOn(1));
    assert.equal((await report()).narrative?.reason, 'pending');
    const analysis = state.analyses.get(`users/${uid}/analyses/${uploadId}`)!;
    await writeNarrative({ ...ports, narrator }, { uid, uploadId }, analysis);
    assert.equal((await report()).narrative?.source, 'gemini');
  });

  it('opens any ISO week that has data', async () => {
    const { send, report } = there();
    await send(stepsOn(1));
    const { analysis, narrative } = await report({ week: '2025-05-26' });
    assert.deepEqual([analysis.window.days, narrative?.source], [['2025-06-01'], 'template']);
    await assert.rejects(report({ week: '2025-05-19' }), { code: 'report/not-found' });
  });

  it("speaks the person's language unless another one is asked for", async () => {
    const { state, send, report } = there();
    await send(stepsOn(1));
    assert.equal((await report()).language, 'en');
    state.people.set(uid, { language: 'es' });
    assert.equal((await report()).language, 'es');
    assert.equal((await report({ language: 'de' })).language, 'de');
  });

  it('draws the stages of the nights that the sleep model scored', async () => {
    const { send, report } = there();
    const night = Array.from({ length: 8 * 12 }, (_, i) => {
      const instant = new Date(at('2025-06-09T22:00:00Z') + i * 5 * minuteMs).toISOString();
      return sentSample({
        sampleType: 'heartRate',
        startDate: instant,
        endDate: instant,
        value: 55,
        unit: 'count/min',
      });
    });
    const inBed = sentSample({
      sampleType: 'sleepAnalysis',
      categoryValue: 0,
      value: undefined,
      unit: undefined,
      startDate: '2025-06-09T22:00:00Z',
      endDate: '2025-06-10T06:00:00Z',
    });
    await send([...night, inBed, ...stepsOn(10)]);
    const { analysis, picture } = await report();
    assert.ok('nights' in analysis.sleep);
    assert.deepEqual(
      analysis.sleep.nights.map(({ source }) => source),
      ['sleep-model'],
    );
    const segments = picture.nights.at(-1)!.segments!;
    const asleep = segments
      .filter(({ state }) => state === 'nrem')
      .reduce((sum, { from, to }) => sum + to - from, 0);
    assert.equal(asleep, analysis.sleep.nights[0]!.tstMinutes);
  });

  it("knows neither an analysis that never was nor someone else's", async () => {
    const { send, report } = there();
    await assert.rejects(report(), { code: 'report/not-found' });
    const uploadId = await send(stepsOn(1));
    await assert.rejects(report({ uploadId: 'never-existed' }), { code: 'report/not-found' });
    await assert.rejects(report({ uploadId }, 'someone-else'), { code: 'report/not-found' });
    await assert.rejects(report({}, 'someone-else'), { code: 'report/not-found' });
  });
});
