import assert from 'node:assert/strict';
import { coverageOf, validDayMinutes, validDaysForRhythm } from '../../../../src/domain/metrics/coverage.ts';
import { faults } from '../../../../src/domain/fault.ts';
import { layMinutes } from '../../../../src/domain/samples/minutes.ts';
import type { Sample } from '../../../../src/domain/samples/sample.ts';
import type { Window } from '../../../../src/domain/samples/window.ts';
import { at, dayMs, minuteMs, other, phone, sampleOf } from '../../../support/build.ts';

const start = at('2025-06-10T00:00');
const window: Window = {
  days: [0, 1].map((n) => ({
    day: `2025-06-1${n}`,
    timeZone: 'UTC',
    start: start + n * dayMs,
    end: start + (n + 1) * dayMs,
  })),
  start,
  end: start + dayMs + 60 * minuteMs,
};
const beats = (from: number, to: number, step = 10): Sample[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) =>
    sampleOf('heartRate', start + (from + i * step) * minuteMs, { value: 60 }),
  );
const cover = (samples: Sample[]) => coverageOf(window, layMinutes(window, samples), samples);

describe('coverageOf', () => {
  it('names every stretch in which nothing was worn, to the minute', () => {
    // Worn 01:00-01:10, 10:00-10:30 and 23:50-00:20.
    const before = beats(-700, -690);
    const { gaps, days } = cover([...before, ...beats(60, 70), ...beats(600, 630), ...beats(1430, 1460)]);
    assert.deepEqual(gaps, [
      { start: '2025-06-10T00:00:00.000Z', end: '2025-06-10T01:00:00.000Z', minutes: 60 },
      { start: '2025-06-10T01:11:00.000Z', end: '2025-06-10T10:00:00.000Z', minutes: 529 },
      { start: '2025-06-10T10:31:00.000Z', end: '2025-06-10T23:50:00.000Z', minutes: 799 },
      { start: '2025-06-11T00:21:00.000Z', end: '2025-06-11T01:00:00.000Z', minutes: 39 },
    ]);
    assert.deepEqual(days, [
      { day: '2025-06-10', timeZone: 'UTC', minutes: 1440, wornMinutes: 11 + 31 + 10, valid: false },
      { day: '2025-06-11', timeZone: 'UTC', minutes: 60, wornMinutes: 21, valid: false },
    ]);
  });

  it('accounts for every minute once: worn or in a gap', () => {
    const { gaps, days } = cover([...beats(-600, -600), ...beats(100, 900, 25)]);
    const missing = gaps.reduce((sum, { minutes }) => sum + minutes, 0);
    const worn = days.reduce((sum, { wornMinutes }) => sum + wornMinutes!, 0);
    assert.equal(missing + worn, 1500);
  });

  it('knows no gap before anything is known of the person', () => {
    const { gaps } = cover(beats(500, 900, 25));
    assert.deepEqual(
      gaps.map(({ start }) => start),
      ['2025-06-10T15:01:00.000Z'],
    );
  });

  it('calls a day valid from 16 hours on', () => {
    assert.equal(cover(beats(0, 958, 1)).days[0]!.wornMinutes, 959);
    assert.deepEqual([cover(beats(0, 958, 1)).validDays, cover(beats(0, 959, 1)).validDays], [0, 1]);
    assert.equal(cover(beats(0, 959, 1)).days[0]!.valid, true);
  });

  it('asks a person for as much wear as it needs', () => {
    const { sentence } = faults['recording/not-enough-wear'];
    assert.match(
      sentence,
      new RegExp(`at least ${validDayMinutes / 60} hours a day on ${validDaysForRhythm} days`),
    );
  });

  it('knows no gaps where no wearable ever was', () => {
    const { gaps, days, sources } = cover([
      sampleOf('stepCount', start, { end: start + minuteMs, source: phone, value: 5 }),
    ]);
    assert.deepEqual([gaps, days[0]!.wornMinutes, sources], [[], null, ['phone']]);
  });

  it('counts the samples of the window, those typed in, and who sent them', () => {
    const before = sampleOf('heartRate', start - minuteMs, { source: other });
    const typed = sampleOf('bodyTemperature', start + minuteMs, { source: phone, userEntered: true });
    const { samples, userEnteredSamples, sources } = cover([before, typed, ...beats(10, 20)]);
    assert.deepEqual([samples, userEnteredSamples, sources], [3, 1, ['watch', 'phone']]);
  });
});
