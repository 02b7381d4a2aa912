import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addDays, localDay } from '../../../../src/domain/local-time.ts';
import { compareSamples } from '../../../../src/domain/samples/order.ts';
import { byUtcWeek, utcWeekOf, utcWeeksOf, weeksTouchedBy } from '../../../../src/domain/samples/week.ts';
import { anySamples } from '../../../support/any-samples.ts';
import { at, sampleOf, span } from '../../../support/build.ts';

describe('byUtcWeek', () => {
  it('puts a sample into one place, whatever zone it is sent with', () => {
    for (const timeZone of ['UTC', 'Asia/Tokyo', 'America/New_York']) {
      const sunday = sampleOf('heartRate', '2025-06-15T23:59:59.999', { timeZone });
      const monday = sampleOf('heartRate', '2025-06-16T00:00', { timeZone });
      assert.deepEqual(
        [...byUtcWeek([monday, sunday])],
        [
          ['2025-06-16', [monday]],
          ['2025-06-09', [sunday]],
        ],
      );
    }
  });

  it('loses and repeats nothing, in whatever order the samples come', () => {
    fc.assert(
      fc.property(anySamples, (samples) => {
        const weeks = byUtcWeek(samples);
        assert.deepEqual([...weeks.values()].flat().sort(compareSamples), [...samples].sort(compareSamples));
        for (const [week, list] of weeks) for (const { start } of list) assert.equal(utcWeekOf(start), week);
      }),
    );
  });

  it('knows the weeks before 1970', () => {
    assert.equal(utcWeekOf(at('1969-12-31T12:00')), '1969-12-29');
    assert.equal(utcWeekOf(at('1969-12-28T23:59')), '1969-12-22');
  });
});

describe('utcWeeksOf', () => {
  it('hold every instant of the local days, in the zones that lie farthest apart', () => {
    const [first, last] = utcWeeksOf('2025-06-09', '2025-06-15');
    for (const zone of ['Pacific/Kiritimati', 'Etc/GMT+12', 'UTC'])
      for (let time = at('2025-06-07T00:00'); time < at('2025-06-18T00:00'); time += 1_800_000) {
        const day = localDay(zone, time);
        if (day < '2025-06-09' || day > '2025-06-15') continue;
        assert.ok(utcWeekOf(time) >= first && utcWeekOf(time) <= last, `${zone} ${day}`);
      }
    assert.deepEqual([first, last], ['2025-06-02', '2025-06-16']);
    assert.deepEqual(utcWeeksOf('2025-06-11', '2025-06-11'), ['2025-06-09', '2025-06-09']);
  });
});

describe('weeksTouchedBy', () => {
  it('are the weeks of the days on which a sample begins and ends, and of a night that ends the day after', () => {
    const on = (start: string, end = start, timeZone = 'UTC') =>
      weeksTouchedBy([span('sleepAnalysis', start, end, 1, { timeZone })]);
    assert.deepEqual(on('2025-06-11T10:00'), ['2025-06-09']);
    assert.deepEqual(on('2025-06-15T10:00'), ['2025-06-09', '2025-06-16']);
    assert.deepEqual(on('2025-06-15T23:00', '2025-06-16T07:00'), ['2025-06-09', '2025-06-16']);
    // Monday in Tokyo, where it is still Sunday in UTC.
    assert.deepEqual(on('2025-06-15T16:00', '2025-06-15T17:00', 'Asia/Tokyo'), ['2025-06-16']);
    assert.deepEqual(weeksTouchedBy([]), []);
  });

  it('are in order and each once', () => {
    fc.assert(
      fc.property(anySamples, (samples) => {
        const weeks = weeksTouchedBy(samples);
        assert.deepEqual(weeks, [...new Set(weeks)].sort());
        for (const { timeZone, start } of samples) {
          const day = localDay(timeZone, start);
          assert.ok(
            weeks.some((monday) => monday <= day && day < addDays(monday, 7)),
            day,
          );
        }
      }),
    );
  });
});
