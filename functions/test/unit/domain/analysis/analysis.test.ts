import assert from 'node:assert/strict';
import { activeDays, analysisOf, during } from '../../../support/analysis.ts';

describe('an analysis', () => {
  it('names its window in UTC, with its days and the zone of the last of them', () => {
    const zone = { timeZone: 'Europe/Berlin' };
    const { window } = analysisOf([
      during('heartRate', 600, 600, 60, zone),
      during('heartRate', 2600, 2600, 60, zone),
    ]);
    assert.deepEqual(window, {
      start: '2025-06-09T22:00:00.000Z',
      end: '2025-06-11T19:21:00.000Z',
      timeZone: 'Europe/Berlin',
      days: ['2025-06-10', '2025-06-11'],
    });
  });

  it('says of each section that nothing was measured, where nothing was', () => {
    const {
      activity,
      rhythm,
      sleep: nights,
      cardio,
      respiration,
      models,
      actigraphySleep,
    } = analysisOf([during('bodyTemperature', 600, 600, 36.6)]);
    const none = { unavailable: 'no-samples' };
    assert.deepEqual([activity, rhythm, nights, cardio, respiration], [none, none, none, none, none]);
    assert.deepEqual([models, actigraphySleep], [[], undefined]);
  });

  it('holds no NaN and no infinity: a database would keep them', () => {
    const strange = [
      during('sleepAnalysis', 0, 0, 1),
      during('sleepTotal', 100, 100, 0),
      during('stepCount', 600, 600, 0),
      during('heartRate', 600, 600, 60),
      during('oxygenSaturation', 600, 600, 0.9),
      during('activityCount', 700, 700, 0),
      ...activeDays(3),
    ];
    JSON.stringify(analysisOf(strange), (key, value: unknown) => {
      assert.ok(typeof value !== 'number' || Number.isFinite(value), key);
      return value;
    });
  });
});
