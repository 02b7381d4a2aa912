import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Issue } from '../../../../src/domain/fault.ts';
import { uniqueSamples } from '../../../../src/domain/samples/origins.ts';
import { readSample, sampleId, type Sample } from '../../../../src/domain/samples/sample.ts';
import { at, sentSample, type Sent } from '../../../support/build.ts';

const context = { timeZone: 'Europe/Berlin', receivedAt: at('2025-06-16T08:00') };

function read(rest: Sent = {}): Sample | Issue | undefined {
  return readSample(sentSample(rest), '/samples/0', context);
}

function good(rest: Sent = {}): Sample {
  const sample = read(rest);
  assert.ok(sample && 'id' in sample, JSON.stringify(sample));
  return sample;
}

function issue(rest: Sent): Issue {
  const found = read(rest);
  assert.ok(found && 'pointer' in found, JSON.stringify(found));
  return found;
}

const dates = (startDate: string, endDate = startDate) => ({ startDate, endDate });

describe('readSample', () => {
  it('reads a sample in canonical units', () => {
    const uuid = 'E621E1F8-C36C-495A-93FC-0C247A3E6E5F';
    assert.deepEqual(
      good({
        uuid,
        sampleType: 'HKQuantityTypeIdentifierDistanceWalkingRunning',
        ...dates('2025-06-10T12:00:00+02:00', '2025-06-10T10:05:00.250Z'),
        value: 1.5,
        unit: 'km',
        metadata: { HKTimeZone: 'America/New_York', HKWasUserEntered: 1 },
      }),
      {
        id: uuid.toLowerCase(),
        type: 'distanceWalkingRunning',
        start: at('2025-06-10T10:00'),
        end: at('2025-06-10T10:05') + 250,
        value: 1500,
        source: { kind: 'watch', key: 'com.apple.health|Watch7,1' },
        timeZone: 'America/New_York',
        userEntered: true,
      },
    );
  });

  it('reads snake_case as camelCase', () => {
    const { sampleType, startDate, endDate, value, unit, metadata } = sentSample();
    const source_revision = { source: { bundle_identifier: 'com.apple.health' }, product_type: 'Watch7,1' };
    const snake = {
      sample_type: sampleType,
      start_date: startDate,
      end_date: endDate,
      value,
      unit,
      metadata,
      source_revision,
    };
    assert.deepEqual(readSample(snake, '', context), good());
  });

  it('takes the zone of the recording where the sample names none', () => {
    assert.equal(good({ metadata: {} }).timeZone, 'Europe/Berlin');
    assert.equal(good({ metadata: undefined }).timeZone, 'Europe/Berlin');
    const bare = readSample(sentSample({ metadata: {} }), '/x', { ...context, timeZone: undefined });
    assert.equal((bare as Issue).pointer, '/x/metadata/HKTimeZone');
  });

  it('marks what the person typed in', () => {
    for (const [metadata, expected] of [
      [{ HKWasUserEntered: true }, true],
      [{ HKMetadataKeyWasUserEntered: 1 }, true],
      [{ HKWasUserEntered: false }, false],
      [{ HKWasUserEntered: 0 }, false],
      [{}, false],
    ] as const) {
      assert.equal(good({ metadata: { HKTimeZone: 'UTC', ...metadata } }).userEntered, expected);
    }
  });

  it('knows nothing of a type that is not understood', () => {
    assert.equal(read({ sampleType: 'HKQuantityTypeIdentifierDietaryWater' }), undefined);
    assert.deepEqual(issue({ sampleType: 5 }), {
      pointer: '/samples/0/sampleType',
      expected: 'the name of a sample type',
      received: 'number',
    });
  });

  describe('sources', () => {
    const source = (productType: unknown, bundleIdentifier: unknown = 'b') =>
      good({ sourceRevision: { source: { bundleIdentifier }, productType } }).source;

    it('are a watch, a phone or another device, by the product', () => {
      for (const [product, kind] of [
        ['Watch6,1', 'watch'],
        ['iPhone', 'phone'],
        ['iPhone17,2', 'phone'],
        ['iPad13,1', 'phone'],
        ['iPod9,1', 'phone'],
        ['Oura Ring', 'other'],
        ['MyiPhone', 'other'],
        ['', 'other'],
        [undefined, 'other'],
        [7, 'other'],
      ] as const) {
        assert.equal(source(product).kind, kind, String(product));
      }
      assert.deepEqual(good({ sourceRevision: undefined }).source, { kind: 'other', key: '' });
      assert.equal(good({ sourceRevision: { productType: 'Watch7,1' } }).source.kind, 'watch');
    });

    it('are told apart by app and product, never by the name a person gave the device', () => {
      const named = (name: string) =>
        good({ sourceRevision: { source: { name, bundleIdentifier: 'b' }, productType: 'Watch7,1' } }).source;
      assert.deepEqual(named("Anna's watch"), named('Apple Watch'));
      assert.notEqual(source('Watch7,1', 'a').key, source('Watch7,1', 'b').key);
      assert.notEqual(source('Watch7,1').key, source('Watch7,2').key);
    });

    it('never share a key when they differ, whatever they call themselves', () => {
      const other = source('Watch1|', 'x');
      const same = source('', 'x|Watch1');
      assert.equal(other.kind, 'watch');
      assert.equal(same.kind, 'other');
      assert.notEqual(other.key, same.key);
    });
  });

  describe('identity', () => {
    it("is HealthKit's uuid in small letters, or a uuid made from any other id", () => {
      assert.equal(sampleId('E621E1F8-C36C-495A-93FC-0C247A3E6E5F'), 'e621e1f8-c36c-495a-93fc-0c247a3e6e5f');
      for (const id of [
        'my-id',
        'e621e1f8c36c495a93fc0c247a3e6e5f',
        'e621e1f8-c36c-495a-93fc-0c247a3e6e5g',
      ]) {
        assert.match(sampleId(id), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
        assert.notEqual(sampleId(id), id);
      }
      assert.notEqual(sampleId('a'), sampleId('A'));
      assert.equal(good({ uuid: 'a' }).id, sampleId('a'));
    });

    it('is made from the content where there is none: the same measurement in another unit is the same sample', () => {
      const metres = { sampleType: 'distanceWalkingRunning', value: 1000, unit: 'm' };
      const { id } = good(metres);
      assert.equal(good({ ...metres, uuid: null }).id, id);
      assert.equal(good({ ...metres, uuid: '' }).id, id);
      assert.equal(good({ ...metres, value: 1, unit: 'km' }).id, id);
      for (const other of [
        { value: 1001 },
        { endDate: '2025-06-10T10:02:00Z' },
        { startDate: '2025-06-10T09:59:00Z' },
        { sourceRevision: { productType: 'iPhone15,2' } },
        { sampleType: 'stepCount', unit: 'count' },
      ]) {
        assert.notEqual(good({ ...metres, ...other }).id, id);
      }
    });

    it('keeps samples apart that a client sends with an empty id', () => {
      assert.notEqual(good({ uuid: '', value: 1 }).id, good({ uuid: '', value: 2 }).id);
    });

    it('is one for the values of a total of more than an hour, of which the largest stands', () => {
      const day = dates('2025-06-10T00:00:00Z', '2025-06-11T00:00:00Z');
      const noon = good({ uuid: '', ...day, value: 2000 });
      const night = good({ uuid: '', ...day, value: 8421 });
      assert.equal(noon.id, night.id);
      for (const order of [
        [noon, night],
        [night, noon],
      ]) {
        assert.deepEqual(
          uniqueSamples(order).map(({ value }) => value),
          [8421],
        );
      }
      const hour = dates('2025-06-10T00:00:00Z', '2025-06-10T01:00:00Z');
      assert.notEqual(good({ uuid: '', ...hour, value: 1 }).id, good({ uuid: '', ...hour, value: 2 }).id);
      // Stages of sleep are no totals, however long they are.
      const stage = (categoryValue: number) =>
        good({ uuid: '', ...day, sampleType: 'sleepAnalysis', value: undefined, categoryValue });
      assert.notEqual(stage(3).id, stage(4).id);
    });

    it('is refused when it is no text or far too long', () => {
      for (const uuid of [7, {}, 'x'.repeat(201)]) assert.equal(issue({ uuid }).pointer, '/samples/0/uuid');
    });
  });

  describe('dates', () => {
    it('are ISO 8601 with Z or an offset', () => {
      for (const [text, instant] of [
        ['2025-06-10T10:00:00Z', '2025-06-10T10:00'],
        ['2025-06-10T12:00:00+02:00', '2025-06-10T10:00'],
        ['2025-06-10T12:00:00+0200', '2025-06-10T10:00'],
        ['2025-06-10T04:15:00-05:45', '2025-06-10T10:00'],
        ['2025-06-10T10:00:00.123456Z', '2025-06-10T10:00:00.123'],
        ['2024-02-29T00:00:00Z', '2024-02-29T00:00'],
      ] as const) {
        assert.equal(good(dates(text)).start, at(instant), text);
      }
    });

    it('that do not exist, name no zone or are something else are refused', () => {
      for (const text of [
        '2025-06-10T10:00:00',
        '2025-06-10',
        '2025-06-10 10:00:00Z',
        '2025-02-30T10:00:00Z',
        '2025-06-31T10:00:00Z',
        '2023-02-29T10:00:00Z',
        '2025-13-01T10:00:00Z',
        '2025-06-10T25:00:00Z',
        '2025-06-10T10:60:00Z',
        '2025-06-10T10:00:00+99:00',
        '20250610T100000Z',
        'Tue Jun 10 2025',
        '',
        1749549600000,
        null,
        undefined,
      ]) {
        assert.equal(issue({ startDate: text }).pointer, '/samples/0/startDate', String(text));
        assert.equal(issue({ endDate: text }).pointer, '/samples/0/endDate', String(text));
      }
    });

    it('mean what the platform takes them for, whatever the offset and the fraction', () => {
      const two = (n: number) => String(n).padStart(2, '0');
      fc.assert(
        fc.property(
          fc.date({
            min: new Date('2000-01-02T00:00:00Z'),
            max: new Date('2025-06-14T00:00:00Z'),
            noInvalidDate: true,
          }),
          fc.integer({ min: -14 * 60, max: 14 * 60 }),
          fc.stringMatching(/^\d{1,9}$/),
          (date, offset, fraction) => {
            const wall = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19);
            const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
            const text = `${wall}.${fraction}${zone}`;
            assert.equal(good(dates(text)).start, Date.parse(text), text);
          },
        ),
        { numRuns: 300 },
      );
    });

    it('are told by their kind where they are refused, never by their text', () => {
      const expected = 'a date and time in ISO 8601 with Z or an offset';
      const pointer = '/samples/0/startDate';
      assert.deepEqual(issue({ startDate: 'yesterday' }), { pointer, expected, received: 'another text' });
      assert.deepEqual(issue({ startDate: 5 }), { pointer, expected, received: 'number' });
    });

    it('may span seven days, and not more', () => {
      good(dates('2025-06-01T00:00:00Z', '2025-06-08T00:00:00Z'));
      const { pointer } = issue(dates('2025-06-01T00:00:00Z', '2025-06-08T00:00:01Z'));
      assert.equal(pointer, '/samples/0/endDate');
    });

    it('begin with the year 2000', () => {
      good(dates('2000-01-01T00:00:00Z'));
      assert.equal(issue(dates('1999-12-31T23:59:59Z')).pointer, '/samples/0/startDate');
    });
  });

  describe('values', () => {
    /** The ends of each range, inside and just outside, in the canonical unit. */
    const ranges: [type: string, unit: string, least: number, most: number][] = [
      ['stepCount', 'count', 0, 200_000],
      ['distanceWalkingRunning', 'm', 0, 500_000],
      ['activeEnergyBurned', 'kcal', 0, 30_000],
      ['basalEnergyBurned', 'kcal', 0, 30_000],
      ['appleExerciseTime', 'min', 0, 1500],
      ['flightsClimbed', 'count', 0, 10_000],
      ['heartRate', 'count/min', 20, 350],
      ['restingHeartRate', 'count/min', 20, 250],
      ['walkingHeartRateAverage', 'count/min', 20, 300],
      ['heartRateVariabilitySDNN', 'ms', 0, 1000],
      ['respiratoryRate', 'count/min', 1, 120],
      ['oxygenSaturation', '%', 0, 1],
      ['vo2Max', 'mL/(kg*min)', 1, 120],
      ['bodyTemperature', 'degC', 20, 46],
      ['appleSleepingWristTemperature', 'degC', 10, 46],
      ['activityCount', 'count', 0, 1e9],
    ];
    for (const [sampleType, unit, least, most] of ranges) {
      it(`of ${sampleType} lie between ${least} and ${most} ${unit}`, () => {
        for (const value of [least, most]) assert.equal(good({ sampleType, unit, value }).value, value);
        for (const value of [least - 0.001, most + 0.001, -1e300, 1e300]) {
          assert.deepEqual(issue({ sampleType, unit, value }), {
            pointer: '/samples/0/value',
            expected: `a ${sampleType} between ${least} and ${most}`,
            received: 'a value outside that range',
          });
        }
      });
    }

    it('are finite numbers', () => {
      for (const value of [NaN, Infinity, '5', null, undefined, [5], true]) {
        assert.equal(issue({ value }).expected, 'a finite number');
      }
    });

    it('know no negative zero: it would be other bytes of an equal sample', () => {
      assert.ok(Object.is(good({ value: -0 }).value, 0));
    });

    it('are judged after their unit is converted', () => {
      assert.equal(good({ sampleType: 'bodyTemperature', value: 98.6, unit: 'degF' }).value, 37);
      assert.equal(
        issue({ sampleType: 'bodyTemperature', value: 98.6, unit: 'degC' }).pointer,
        '/samples/0/value',
      );
      // A percentage is a fraction in HealthKit.
      assert.equal(
        issue({ sampleType: 'oxygenSaturation', value: 97, unit: '%' }).pointer,
        '/samples/0/value',
      );
    });
  });

  describe('categories', () => {
    const night = dates('2025-06-09T22:00:00Z', '2025-06-10T06:00:00Z');
    const category = (sampleType: string, rest: Sent) => ({
      sampleType,
      ...night,
      value: undefined,
      unit: undefined,
      ...rest,
    });

    it('of sleep are all that HealthKit has, as categoryValue or as a number in value', () => {
      for (const state of [0, 1, 2, 3, 4, 5]) {
        for (const key of ['categoryValue', 'category_value', 'value']) {
          const { type, value } = good(category('sleepAnalysis', { [key]: state }));
          assert.deepEqual([type, value], ['sleepAnalysis', state]);
        }
      }
    });

    it('that HealthKit does not have are refused', () => {
      for (const state of [-1, 6, 2.5, '3', null]) {
        assert.equal(
          issue(category('sleepAnalysis', { categoryValue: state })).pointer,
          '/samples/0/categoryValue',
        );
      }
      assert.equal(issue(category('sleepAnalysis', {})).received, 'nothing');
    });

    it('of sessions and workouts need no value', () => {
      assert.equal(good(category('mindfulSession', {})).value, 0);
      assert.equal(good(category('workouts', { categoryValue: 37 })).value, 37);
      assert.equal(good(category('HKWorkoutTypeIdentifier', {})).type, 'workout');
    });

    it('asleep with a number of minutes is a total of an app, not a stage', () => {
      const { type, value } = good(category('sleepAnalysis', { categoryValue: 1, value: 431, unit: 'min' }));
      assert.deepEqual([type, value], ['sleepTotal', 431]);
      assert.equal(good(category('sleepAnalysis', { categoryValue: 1, value: 7, unit: 'hr' })).value, 420);
    });

    it('more minutes asleep than there are between the dates are refused', () => {
      good(category('sleepAnalysis', { categoryValue: 1, value: 480, unit: 'min' }));
      const found = issue(category('sleepAnalysis', { categoryValue: 1, value: 481, unit: 'min' }));
      assert.deepEqual(found, {
        pointer: '/samples/0/value',
        expected: 'at most the minutes between its dates',
        received: 'more',
      });
    });
  });
});
