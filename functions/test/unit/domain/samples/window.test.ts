import assert from 'node:assert/strict';
import { compareSamples } from '../../../../src/domain/samples/order.ts';
import type { Sample } from '../../../../src/domain/samples/sample.ts';
import { dayOfEnd, trailingWindow, weekWindow } from '../../../../src/domain/samples/window.ts';
import { at, sampleOf, span } from '../../../support/build.ts';

const heart = (start: string, timeZone = 'UTC') => sampleOf('heartRate', start, { timeZone });
const iso = (time: number) => new Date(time).toISOString().slice(0, 16);
const windowOf = (samples: Sample[], days: number | 'all' = 7) => {
  const window = trailingWindow(samples.sort(compareSamples), days)!;
  return {
    days: window.days.map(({ day, timeZone, start, end }) => [day, timeZone, iso(start), iso(end)].join(' ')),
    start: iso(window.start),
    end: iso(window.end),
  };
};

describe('trailingWindow', () => {
  it('is nothing where there is nothing', () => {
    assert.equal(trailingWindow([], 7), undefined);
    assert.equal(trailingWindow([], 'all'), undefined);
  });

  it('is the last days up to the latest sample, from local midnight to its end', () => {
    const samples = [
      heart('2025-06-01T10:00'),
      heart('2025-06-04T10:00'),
      span('stepCount', '2025-06-10T10:00', '2025-06-10T10:00:30', 5),
    ];
    const { days, start, end } = windowOf(samples);
    assert.deepEqual(
      days.map((day) => day.slice(0, 10)),
      ['2025-06-04', '2025-06-05', '2025-06-06', '2025-06-07', '2025-06-08', '2025-06-09', '2025-06-10'],
    );
    assert.deepEqual([start, end], ['2025-06-04T00:00', '2025-06-10T10:01']);
  });

  it('begins with the first day that has a sample, and holds the empty days between', () => {
    const { days } = windowOf([
      heart('2025-06-01T10:00'),
      heart('2025-06-08T10:00'),
      heart('2025-06-10T10:00'),
    ]);
    assert.deepEqual(
      days.map((day) => day.slice(0, 10)),
      ['2025-06-08', '2025-06-09', '2025-06-10'],
    );
  });

  it('covers the minute of a sample without length', () => {
    assert.equal(windowOf([heart('2025-06-10T10:00')]).end, '2025-06-10T10:01');
  });

  it('is not drawn into the next day by a sample that ends at midnight', () => {
    const upTo = windowOf([span('stepCount', '2025-06-10T23:00', '2025-06-11T00:00', 5)]);
    assert.equal(upTo.days.length, 1);
    assert.equal(upTo.end, '2025-06-11T00:00');
    const past = windowOf([span('stepCount', '2025-06-10T23:00', '2025-06-11T00:00:01', 5)]);
    assert.equal(past.days.length, 2);
  });

  it('never reaches beyond its last day', () => {
    const { end, days } = windowOf([heart('2025-06-10T23:59:59', 'Europe/Berlin')]);
    assert.deepEqual(days, ['2025-06-11 Europe/Berlin 2025-06-10T22:00 2025-06-11T22:00']);
    assert.equal(end, '2025-06-11T00:00');
  });

  it("ends a traveller's day where the next day's zone begins it", () => {
    // From Berlin to New York: the day of the flight has 30 hours.
    const samples = [
      heart('2025-06-09T10:00', 'Europe/Berlin'),
      heart('2025-06-10T10:00', 'America/New_York'),
    ];
    assert.deepEqual(windowOf(samples).days, [
      '2025-06-09 Europe/Berlin 2025-06-08T22:00 2025-06-10T04:00',
      '2025-06-10 America/New_York 2025-06-10T04:00 2025-06-11T04:00',
    ]);
  });

  it('shortens the day before an eastward flight', () => {
    const samples = [heart('2025-06-09T14:00', 'America/New_York'), heart('2025-06-10T01:00', 'Asia/Tokyo')];
    assert.deepEqual(windowOf(samples).days, [
      '2025-06-09 America/New_York 2025-06-09T04:00 2025-06-09T15:00',
      '2025-06-10 Asia/Tokyo 2025-06-09T15:00 2025-06-10T15:00',
    ]);
  });

  it('gives a day the zone that most of its samples name, and the earlier name where they tie', () => {
    const most = [
      heart('2025-06-10T10:00', 'Europe/Rome'),
      heart('2025-06-10T11:00', 'Asia/Tokyo'),
      heart('2025-06-10T12:00', 'Asia/Tokyo'),
    ];
    assert.match(windowOf(most).days[0]!, /Asia\/Tokyo/);
    const tied = [heart('2025-06-10T10:00', 'Europe/Rome'), heart('2025-06-10T11:00', 'Europe/Berlin')];
    assert.match(windowOf(tied).days[0]!, /Europe\/Berlin/);
  });

  it('gives a day without samples the zone of the day before', () => {
    const { days } = windowOf([
      heart('2025-06-08T10:00', 'Asia/Tokyo'),
      heart('2025-06-10T10:00', 'Asia/Seoul'),
    ]);
    assert.match(days[1]!, /^2025-06-09 Asia\/Tokyo/);
  });

  it('over the date line never runs backwards', () => {
    const samples = [
      heart('2025-06-09T12:00', 'Pacific/Midway'),
      heart('2025-06-09T12:30', 'Pacific/Kiritimati'),
    ];
    const window = trailingWindow(samples, 7)!;
    for (const [i, { start, end }] of window.days.entries()) {
      assert.ok(end >= start);
      if (i > 0) assert.equal(start, window.days[i - 1]!.end);
    }
  });

  it('with all days begins at the first minute, however long ago', () => {
    const { days, start, end } = windowOf([heart('2025-05-01T10:00:30'), heart('2025-06-10T10:00')], 'all');
    assert.equal(days.length, 41);
    assert.deepEqual([start, end], ['2025-05-01T10:00', '2025-06-10T10:01']);
    assert.equal(at('2025-06-10T10:01'), trailingWindow([heart('2025-06-10T10:00')], 'all')!.end);
  });
});

describe('weekWindow', () => {
  const days = (samples: Sample[], monday: string) => weekWindow(samples, monday)?.days.map(({ day }) => day);
  const on = (instant: string, rest: Partial<Sample> = {}) => sampleOf('heartRate', instant, rest);

  it('has the days from Monday to Sunday, whatever comes later', () => {
    const samples = [
      on('2025-06-08T10:00'),
      on('2025-06-09T10:00'),
      on('2025-06-15T23:50'),
      on('2025-06-16T10:00'),
    ];
    const window = weekWindow(samples, '2025-06-09')!;
    assert.deepEqual([window.days[0]!.day, window.days.at(-1)!.day], ['2025-06-09', '2025-06-15']);
    assert.equal(window.end, at('2025-06-15T23:51'));
    assert.deepEqual(weekWindow(samples.slice(0, 3), '2025-06-09'), window);
  });

  it('has no days before the first sample and none after the last', () => {
    assert.deepEqual(days([on('2025-06-11T10:00'), on('2025-06-13T10:00')], '2025-06-09'), [
      '2025-06-11',
      '2025-06-12',
      '2025-06-13',
    ]);
  });

  it('is none without samples, and one day where only a sample of the week before reaches in', () => {
    assert.equal(days([on('2025-06-08T10:00'), on('2025-06-16T10:00')], '2025-06-09'), undefined);
    assert.deepEqual(days([on('2025-06-08T23:00', { end: at('2025-06-09T01:00') })], '2025-06-09'), [
      '2025-06-09',
    ]);
  });
});

describe('dayOfEnd', () => {
  const window = trailingWindow(
    [sampleOf('heartRate', '2025-06-10T10:00'), sampleOf('heartRate', '2025-06-11T10:00')],
    7,
  )!;

  it('gives a sleep that ends at midnight to the day before', () => {
    assert.equal(dayOfEnd(window, at('2025-06-10T00:00')), undefined);
    assert.equal(dayOfEnd(window, at('2025-06-10T00:00') + 1), '2025-06-10');
    assert.equal(dayOfEnd(window, at('2025-06-11T00:00')), '2025-06-10');
    assert.equal(dayOfEnd(window, at('2025-06-12T00:00') + 1), undefined);
  });
});
