import assert from 'node:assert/strict';
import { conclude } from '../../../../src/domain/analysis/analysis.ts';
import { summariesOf } from '../../../../src/domain/analysis/day-summary.ts';
import { sampleTypeNames, ruleOf } from '../../../../src/domain/samples/sample-types.ts';
import { beats, during, findingsIn, sleep } from '../../../support/analysis.ts';
import { phone } from '../../../support/build.ts';

const day = (samples: Parameters<typeof findingsIn>[0]) => summariesOf(findingsIn(samples)).at(-1)!;

describe('the summary of a day', () => {
  it('has what was measured on it, and null for the rest', () => {
    const summary = day([
      sleep('core', -60, 400),
      sleep('core', 800, 840),
      ...beats(-80, 1440, 60, 5),
      during('stepCount', 600, 660, 3000),
      during('restingHeartRate', 0, 600, 57),
      during('workout', 600, 640, 37),
      during('oxygenSaturation', 100, 100, 0.97),
      during('oxygenSaturation', 900, 900, 0.8),
    ]);
    const { night, ...rest } = summary;
    assert.deepEqual([night!.day, night!.tstMinutes], ['2025-06-10', 460]);
    assert.deepEqual(
      [
        rest.steps,
        rest.complete,
        rest.restingHeartRateBpm,
        rest.lowestSleepingHeartRateBpm,
        rest.oxygen,
        rest.hrvMs,
      ],
      [3000, true, 57, 60, 0.97, null],
    );
    assert.deepEqual([rest.naps.map(({ tstMinutes }) => tstMinutes), rest.sleep24hMinutes], [[40], 500]);
    assert.deepEqual(rest.workouts, [{ activityType: 37, start: '2025-06-10T10:00:00.000Z', minutes: 40 }]);
    assert.deepEqual([rest.sources, rest.missingNight], [['watch'], null]);
  });

  it('says why there is no night, and nothing while its time is not over', () => {
    const on = beats(-1500, -200, 70, 5);
    assert.equal(day([...on, ...beats(480, 900, 70, 5)]).missingNight, 'watch-off');
    const early = day([...on, during('stepCount', 20, 21, 5, { source: phone })]);
    assert.deepEqual([early.night, early.missingNight], [null, null]);
  });

  it('tells no 24 hours of sleep of a night in part', () => {
    const part = day([
      sleep('core', -60, 90),
      sleep('inBed', -70, 400, { source: phone }),
      sleep('core', 800, 840),
      ...beats(-80, 90, 60, 5),
      ...beats(450, 1440, 60, 5),
    ]);
    assert.ok(part.night!.partial);
    assert.deepEqual([part.sleep24hMinutes, part.naps.length], [null, 1]);
  });

  it('stays below 4 KiB, whatever is sent', () => {
    const all = sampleTypeNames.flatMap((type) =>
      Array.from({ length: 30 }, (_, i) => during(type, 40 * i, 40 * i + 20, ruleOf(type).max / 3.7)),
    );
    const stages = Array.from({ length: 200 }, (_, i) => sleep(i % 2 ? 'rem' : 'deep', 2 * i, 2 * i + 2));
    const size = JSON.stringify(day([...all, ...stages, ...beats(0, 1440, 61)])).length;
    assert.ok(size > 1500 && size < 4096, String(size));
  });
});

describe('the other measurements', () => {
  const told = (samples: Parameters<typeof findingsIn>[0]) =>
    Object.fromEntries(
      conclude(findingsIn(samples), []).measures.map(({ type, days }) => [
        type,
        days.map(({ value, n }) => [value, n]),
      ]),
    );

  it('are told as the table of types says: last, median, sum or minutes', () => {
    const weight = (minute: number, value: number) => during('bodyMass', minute, minute, value);
    assert.deepEqual(
      told([
        weight(400, 71.5),
        weight(1300, 72.1),
        ...[118, 121, 130].map((value, i) => during('bloodPressureSystolic', 500 + i, 500 + i, value)),
        during('timeInDaylight', 600, 620, 15),
        during('timeInDaylight', 700, 720, 5),
        during('mindfulSession', 900, 910, 0),
        during('heartRate', 10, 10, 60),
      ]),
      {
        bodyMass: [[72.1, 2]],
        bloodPressureSystolic: [[121, 3]],
        timeInDaylight: [[20, 2]],
        mindfulSession: [[10, 1]],
      },
    );
  });

  it('are those of one source a day: two scales are not mixed', () => {
    const scale = { source: phone };
    assert.deepEqual(
      told([
        during('bodyMass', 400, 400, 90),
        during('bodyMass', 500, 500, 71, scale),
        during('bodyMass', 600, 600, 72, scale),
      ]),
      { bodyMass: [[72, 2]] },
    );
  });

  it('are never what a device found', () => {
    assert.deepEqual(
      told([
        during('electrocardiogram', 400, 400, 2),
        during('atrialFibrillationBurden', 0, 1440, 0.1),
        during('sleepApneaEvent', 0, 1, 0),
      ]),
      {},
    );
  });
});
