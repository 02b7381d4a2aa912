import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  addDays,
  clockMinute,
  dayNumber,
  dayOf,
  isTimeZone,
  localDay,
  localDayNumber,
  offsetAt,
  startOfDay,
  weekday,
} from '../../../src/domain/local-time.ts';
import { at, dayMs, hourMs, minuteMs } from '../../support/build.ts';

const hours = (zone: string, instant: string) => offsetAt(zone, at(instant)) / hourMs;

describe('isTimeZone', () => {
  it('knows IANA names, fixed offsets and what Apple makes of them', () => {
    for (const name of [
      'UTC',
      'Europe/Berlin',
      'America/Argentina/Buenos_Aires',
      '+02:00',
      'GMT+0200',
      'GMT-5',
      'UTC+05:30',
      'GMT',
    ]) {
      assert.equal(isTimeZone(name), true, name);
    }
    for (const name of [
      '',
      'Mars/Olympus',
      'GMT+99',
      'Europe',
      '__proto__',
      'Europe/Berlin\u0000',
      'x'.repeat(1000),
    ]) {
      assert.equal(isTimeZone(name), false, name);
    }
  });

  it('takes no memory for ever new spellings and ever new wrong names', () => {
    const before = process.memoryUsage().heapUsed;
    const name = 'america/argentina/buenos_aires';
    for (let i = 0; i < 3000; i++) {
      const spelling = [...name]
        .map((letter, n) => ((i >> (n % 12)) & 1 ? letter.toUpperCase() : letter))
        .join('');
      assert.equal(isTimeZone(spelling), true);
      assert.equal(isTimeZone(`${'y'.repeat(20_000)}${i}`), false);
    }
    const grown = process.memoryUsage().heapUsed - before;
    assert.ok(grown < 60_000_000, `${grown} bytes`);
  });
});

describe('offsetAt', () => {
  it('is local time minus UTC, the changes of the clock included', () => {
    assert.equal(hours('UTC', '2025-06-10T12:00'), 0);
    assert.equal(hours('Europe/Berlin', '2025-03-30T00:59:59'), 1);
    assert.equal(hours('Europe/Berlin', '2025-03-30T01:00'), 2);
    assert.equal(hours('Europe/Berlin', '2025-10-26T00:59:59'), 2);
    assert.equal(hours('Europe/Berlin', '2025-10-26T01:00'), 1);
    assert.equal(hours('America/New_York', '2025-07-01T00:00'), -4);
    assert.equal(hours('Asia/Kathmandu', '2025-07-01T00:00'), 5.75);
    assert.equal(hours('Australia/Lord_Howe', '2025-07-01T00:00'), 10.5);
    assert.equal(hours('Australia/Lord_Howe', '2025-12-01T00:00'), 11);
    assert.equal(hours('GMT-0330', '2025-07-01T00:00'), -3.5);
    assert.equal(hours('GMT+2', '2025-07-01T00:00'), 2);
  });

  it('throws for a name that is none', () => {
    assert.throws(() => offsetAt('Mars/Olympus', 0), RangeError);
  });

  it('agrees with the platform in every zone at any time since 2012', () => {
    const zones = [
      'Europe/Dublin',
      'America/St_Johns',
      'Africa/Casablanca',
      'Pacific/Chatham',
      'America/Sao_Paulo',
      'Asia/Tehran',
      'Pacific/Apia',
      'Africa/Cairo',
    ];
    const formats = new Map(
      zones.map((zone) => [
        zone,
        new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }),
      ]),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: at('2012-01-01T00:00'), max: at('2030-01-01T00:00') }),
        (zone, time) => {
          const second = Math.floor(time / 1000) * 1000;
          const local = formats.get(zone)!.format(second).replace(' ', 'T');
          assert.equal(second + offsetAt(zone, second), at(local));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('days', () => {
  it('are counted from 1970', () => {
    assert.equal(dayNumber('1970-01-01'), 0);
    assert.equal(dayNumber('2000-03-01'), 11017);
    assert.equal(dayOf(11016), '2000-02-29');
    assert.equal(addDays('2024-02-28', 2), '2024-03-01');
    assert.equal(addDays('2025-01-01', -1), '2024-12-31');
  });

  it('have a day of the week', () => {
    assert.deepEqual(
      ['2025-06-15', '2025-06-16', '2025-06-21', '1970-01-01', '1969-12-28'].map(weekday),
      [0, 1, 6, 4, 0],
    );
  });

  it('are local', () => {
    assert.equal(localDay('Europe/Berlin', at('2025-06-10T21:59:59')), '2025-06-10');
    assert.equal(localDay('Europe/Berlin', at('2025-06-10T22:00')), '2025-06-11');
    assert.equal(localDay('America/New_York', at('2025-06-10T03:59')), '2025-06-09');
    assert.equal(localDay('Pacific/Kiritimati', at('2025-06-10T10:00')), '2025-06-11');
    assert.equal(localDayNumber('UTC', -1), -1);
  });

  it('begin at local midnight, or when the clock has jumped over it', () => {
    for (const [zone, day, start] of [
      ['UTC', '2025-06-10', '2025-06-10T00:00'],
      ['Europe/Berlin', '2025-06-10', '2025-06-09T22:00'],
      ['Europe/Berlin', '2025-03-30', '2025-03-29T23:00'],
      ['Europe/Berlin', '2025-03-31', '2025-03-30T22:00'],
      ['Europe/Berlin', '2025-10-27', '2025-10-26T23:00'],
      ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00'],
      ['America/Sao_Paulo', '2018-02-18', '2018-02-18T03:00'],
      // Midnight comes twice: the day begins with the first.
      ['America/Havana', '2024-11-03', '2024-11-03T04:00'],
      ['Pacific/Kiritimati', '2025-06-10', '2025-06-09T10:00'],
      // 30 December 2011 did not take place in Samoa: it begins where the next day does.
      ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00'],
      ['Pacific/Apia', '2011-12-31', '2011-12-30T10:00'],
    ] as const) {
      assert.equal(new Date(startOfDay(zone, day)).toISOString(), `${start}:00.000Z`, `${zone} ${day}`);
    }
  });

  it('contain the instants between their start and the next, and no others', () => {
    const zones = [
      'Europe/Berlin',
      'America/Sao_Paulo',
      'Australia/Lord_Howe',
      'America/Havana',
      'Asia/Beirut',
      'Atlantic/Azores',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: at('2013-01-01T00:00'), max: at('2027-01-01T00:00') }),
        (zone, time) => {
          const day = localDay(zone, time);
          assert.ok(startOfDay(zone, day) <= time);
          assert.ok(time < startOfDay(zone, addDays(day, 1)));
          const length = startOfDay(zone, addDays(day, 1)) - startOfDay(zone, day);
          assert.ok(Math.abs(length - dayMs) <= hourMs);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('clockMinute', () => {
  it('is the minute that a clock on the wall shows', () => {
    assert.equal(clockMinute('Europe/Berlin', at('2025-06-10T22:00')), 0);
    assert.equal(clockMinute('Europe/Berlin', at('2025-06-10T21:59:59')), 1439);
    assert.equal(clockMinute('Asia/Kathmandu', at('2025-06-10T00:00')), 5 * 60 + 45);
    assert.equal(clockMinute('America/New_York', at('2025-06-10T00:00')), 20 * 60);
    // Twice half past two.
    const first = at('2025-10-26T00:30');
    assert.deepEqual(
      [first, first + hourMs].map((time) => clockMinute('Europe/Berlin', time)),
      [150, 150],
    );
    assert.equal(clockMinute('UTC', -minuteMs), 1439);
  });
});
