import assert from 'node:assert/strict';
import type { Sample } from '../../../../../src/domain/samples/sample.ts';
import { activeDays, analysisOf, during, midnight, section, sleep } from '../../../../support/analysis.ts';
import { dayMs, other, phone } from '../../../../support/build.ts';

describe('rhythm', () => {
  const rhythmOf = (samples: Sample[]) => analysisOf(samples).rhythm;

  it('is there from five valid days on', () => {
    assert.deepEqual(rhythmOf(activeDays(4)), { unavailable: 'recording/not-enough-wear' });
    const { basis, l5, m10, ra, adat } = section(rhythmOf(activeDays(5)));
    assert.equal(basis, 'stepCount');
    assert.deepEqual(l5, { mean: 0, onset: '00:00' });
    assert.deepEqual(m10, { mean: 1, onset: '08:00' });
    assert.equal(ra, 1);
    assert.equal(Math.round(adat!), 840);
  });

  it('is not there where only totals are known, or only a phone', () => {
    const totals = [0, 1, 2].map((day) =>
      during('stepCount', day * 1440, (day + 1) * 1440, 8000, { source: phone }),
    );
    assert.deepEqual(rhythmOf(totals), { unavailable: 'recording/unresolved-minutes' });
    const walks = [0, 1, 2].map((day) =>
      during('stepCount', day * 1440 + 600, day * 1440 + 660, 800, { source: phone }),
    );
    assert.deepEqual(rhythmOf(walks), { unavailable: 'recording/no-wearable' });
  });

  it('leaves out the walks that only the phone saw while the watch was off', () => {
    const off = activeDays(6).filter(({ start }) => start < midnight + 5 * dayMs);
    const walk = during('stepCount', 5 * 1440 + 1000, 5 * 1440 + 1060, 6000, { source: phone });
    assert.deepEqual(section(rhythmOf([...off, walk])).m10, { mean: 1, onset: '08:00' });
  });

  it("is that of an actigraph's counts where there are any, with the minutes asleep by the published algorithms", () => {
    const counts = Array.from({ length: 5 * 1440 }, (_, i) =>
      during('activityCount', i, i + 1, i % 1440 < 480 ? 0 : 500, { source: other }),
    );
    const { rhythm, actigraphySleep } = analysisOf([...counts, ...activeDays(5)]);
    assert.equal(section(rhythm).basis, 'activityCount');
    assert.deepEqual(section(rhythm).m10!.mean, 500);
    // Of five times 480 quiet minutes Oakley leaves out the first two, whose window is incomplete, and every minute
    // with activity right beside it: five before it, four after it.
    assert.equal(actigraphySleep!.oakley40, 5 * 480 - 2 - 5 - 4);
  });
});

describe('minutes asleep by Oakley', () => {
  /** An hour of nothing, and 36 counts in the first seconds of one minute of it. */
  const counts = (seconds: number) =>
    Array.from({ length: 3600 / seconds }, (_, i) =>
      during('activityCount', (i * seconds) / 60, ((i + 1) * seconds) / 60, i * seconds === 1800 ? 36 : 0, {
        source: other,
      }),
    );
  const asleep = (samples: Sample[]) => analysisOf(samples).actigraphySleep!.oakley40;

  it('are scored by the epochs of the actigraph, where these are shorter than a minute', () => {
    // Two minutes at either edge have no whole window. A minute of 36 counts is sleep; a quarter of it with 36 is not.
    assert.equal(asleep(counts(60)), 56);
    assert.equal(asleep(counts(15)), 56 - 0.25);
    assert.equal(asleep(counts(30)), 56 - 0.5);
  });

  it('are scored by minutes where the epochs are not all alike', () => {
    const odd = during('activityCount', 10, 11, 0, { source: other });
    assert.equal(asleep([...counts(15), odd]), 56);
  });
});

describe('sleep regularity', () => {
  const sriOf = (samples: Sample[]) => {
    const { sri, sriBasis } = section(analysisOf(samples).rhythm);
    return { sri, sriBasis };
  };
  const night = (day: number) => sleep('core', day * 1440, day * 1440 + 420);

  it('is 100 for nights that are all alike', () => {
    const nights = [0, 1, 2, 3, 4, 5, 6].map(night);
    assert.deepEqual(sriOf([...activeDays(7), ...nights]), { sri: 100, sriBasis: 'sleep' });
  });

  it('knows nothing of a night that was not measured: it was not spent awake', () => {
    const nights = [0, 1, 2, 4, 5, 6].map(night);
    // The night of the 13th is missing: its 24 hours pair with the day before and the day after.
    const { sri } = sriOf([...activeDays(7), ...nights]);
    assert.equal(sri, null, 'four days of pairs are too few');
  });

  it('is not read off totals of an app, which say nothing about minutes', () => {
    const totals = [0, 1, 2, 3, 4, 5, 6].map((day) =>
      during('sleepTotal', day * 1440, day * 1440 + 480, 420),
    );
    assert.deepEqual(sriOf([...activeDays(7), ...totals]), { sri: null, sriBasis: null });
  });
});
