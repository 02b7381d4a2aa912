import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Sample } from '../../../../src/domain/samples/sample.ts';
import { sleepValue } from '../../../../src/domain/samples/sample-types.ts';
import {
  asleepMs,
  chosenSleep,
  isAsleep,
  lowerBound,
  sleepMinutes,
  sleepPeriods,
  staysInBed,
  totalPeriods,
  withAwakenings,
  type Period,
  type Segment,
  type SleepState,
} from '../../../../src/domain/metrics/sleep.ts';
import { at, hourMs, minuteMs, other, phone, span, watch } from '../../../support/build.ts';

const evening = at('2025-06-09T22:00');
type StateName = keyof typeof sleepValue;

/** From minute to minute after 22:00. */
const told = (state: StateName, from: number, to: number, rest: Partial<Sample> = {}) =>
  span('sleepAnalysis', evening + from * minuteMs, evening + to * minuteMs, sleepValue[state], rest);
const minuteOf = (at: number) => (at - evening) / minuteMs;
const textOf = ({ state, start, end }: Segment) => `${state} ${minuteOf(start)}-${minuteOf(end)}`;
const segmentsOf = (...samples: Sample[]) =>
  chosenSleep(samples).flatMap(({ segments }) => segments.map(textOf));
const periodsOf = (periods: readonly Period[]) =>
  periods.map(({ source, start, end }) => `${source} ${minuteOf(start)}-${minuteOf(end)}`);
const segment = (state: SleepState, from: number, to: number): Segment => ({
  state,
  start: evening + from * minuteMs,
  end: evening + to * minuteMs,
});
const app = { source: phone };
const ring = { source: other };

describe('chosenSleep', () => {
  it('lays the samples of a source one after the other, and joins what touches', () => {
    assert.deepEqual(
      segmentsOf(told('core', 0, 10), told('core', 10, 20), told('deep', 20, 30), told('rem', 40, 50)),
      ['core 0-20', 'deep 20-30', 'rem 40-50'],
    );
  });

  it('never adds a second source to the first: neither its edges nor its gaps', () => {
    assert.deepEqual(segmentsOf(told('core', 20, 200), told('core', 230, 400), told('asleep', 0, 430, app)), [
      'core 20-200',
      'core 230-400',
    ]);
  });

  it('takes stages before plain sleep, whoever tells them', () => {
    assert.deepEqual(segmentsOf(told('asleep', 0, 430), told('deep', 10, 420, ring)), ['deep 10-420']);
  });

  it('takes plain sleep where the source with stages fell silent before half of it', () => {
    assert.deepEqual(segmentsOf(told('core', 10, 130), told('asleep', 0, 430, app)), ['asleep 0-430']);
    assert.deepEqual(segmentsOf(told('core', 10, 230), told('asleep', 0, 430, app)), ['core 10-230']);
  });

  it('takes, of two with stages, the one that covers a tenth more, else the watch', () => {
    assert.deepEqual(segmentsOf(told('core', 20, 400), told('core', 0, 420, ring)), ['core 20-400']);
    assert.deepEqual(segmentsOf(told('core', 60, 400), told('core', 0, 420, ring)), ['core 0-420']);
  });

  it('takes another source on another night', () => {
    const next = 24 * 60;
    assert.deepEqual(segmentsOf(told('core', 0, 400), told('asleep', next, next + 300, app)), [
      'core 0-400',
      `asleep ${next}-${next + 300}`,
    ]);
  });

  it('takes wake where one source contradicts itself, so that sleep is not overstated', () => {
    assert.deepEqual(segmentsOf(told('deep', 0, 20), told('awake', 5, 10)), [
      'deep 0-5',
      'awake 5-10',
      'deep 10-20',
    ]);
    assert.deepEqual(segmentsOf(told('asleep', 0, 20), told('rem', 5, 10)), [
      'asleep 0-5',
      'rem 5-10',
      'asleep 10-20',
    ]);
  });

  it('ignores what has no length, what is no sleep, and time in bed', () => {
    assert.deepEqual(
      segmentsOf(
        told('core', 5, 5),
        told('inBed', 0, 400),
        span('mindfulSession', evening, evening + hourMs, 0),
      ),
      [],
    );
  });

  it('is one sleep while less than an hour lies between, from the first minute asleep to the last', () => {
    const sleep = [told('awake', 0, 10), told('core', 10, 60), told('rem', 119, 180), told('core', 240, 300)];
    assert.deepEqual(periodsOf(chosenSleep(sleep)), ['healthkit-stages 10-180', 'healthkit-stages 240-300']);
    assert.deepEqual(chosenSleep([]), []);
  });

  it('does not depend on the order of the samples, and never overlaps', () => {
    const anySample = fc
      .record({
        state: fc.constantFrom<StateName>('inBed', 'asleep', 'awake', 'core', 'deep', 'rem'),
        from: fc.nat({ max: 600 }),
        minutes: fc.nat({ max: 200 }),
        source: fc.constantFrom(watch, phone, other),
      })
      .map(({ state, from, minutes, source }) => told(state, from, from + minutes, { source }));
    fc.assert(
      fc.property(fc.array(anySample, { maxLength: 12 }), (samples) => {
        const sleep = chosenSleep(samples);
        assert.deepEqual(chosenSleep([...samples].reverse()), sleep);
        sleep.forEach(({ start, end }, i) => {
          assert.ok(start < end && (i === 0 || sleep[i - 1]!.end <= start));
        });
      }),
    );
  });

  it('does not change by a worse source where a better one is complete', () => {
    const complete = [told('core', 0, 200), told('awake', 200, 210), told('rem', 210, 420)];
    const worse = fc.array(
      fc
        .record({ from: fc.integer({ min: -200, max: 500 }), minutes: fc.integer({ min: 1, max: 300 }) })
        .map(({ from, minutes }) => told('asleep', from, from + minutes, app)),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(worse, (samples) => {
        const own = chosenSleep([...complete, ...samples]).filter(
          ({ source }) => source === 'healthkit-stages',
        );
        assert.deepEqual(own, chosenSleep(complete));
      }),
    );
  });
});

describe('sleepPeriods', () => {
  const always = () => true;
  const sleep = (...spans: [number, number][]) =>
    chosenSleep(spans.map(([from, to]) => told('core', from, to)));

  it('joins what lies less than three hours apart in the habitual night', () => {
    const pieces = sleep([0, 180], [270, 480], [660, 720]);
    assert.deepEqual(periodsOf(sleepPeriods(pieces, always)), [
      'healthkit-stages 0-480',
      'healthkit-stages 660-720',
    ]);
    const inNight = ({ end }: { end: number }) => end <= evening + 200 * minuteMs;
    assert.equal(sleepPeriods(pieces, inNight).length, 3);
  });

  it('tells of a night of two sources only what both tell', () => {
    const pieces = chosenSleep([told('core', 0, 180), told('asleep', 270, 480, app)]);
    const [night] = sleepPeriods(pieces, always);
    assert.deepEqual([night!.source, sleepMinutes(night!)], ['healthkit-asleep', 390]);
  });
});

describe('withAwakenings', () => {
  const steps = (...minutes: number[]) => Float64Array.from(minutes, (minute) => evening + minute * minuteMs);
  const pieces = [segment('core', 0, 180), segment('core', 270, 480)];

  it('is awake from the first step of a break to the last, and open elsewhere in it', () => {
    assert.deepEqual(withAwakenings(pieces, steps(190, 200, 214, 250, 252)).map(textOf), [
      'core 0-180',
      'awake 190-214',
      'awake 250-252',
      'core 270-480',
    ]);
    assert.deepEqual(
      withAwakenings(pieces, steps(100, 300)),
      pieces,
      "steps in sleep are the source's affair",
    );
  });
});

describe('staysInBed', () => {
  it('are told by any source, and united', () => {
    const stays = staysInBed([told('inBed', 0, 100), told('inBed', 90, 400, app), told('core', 500, 600)]);
    assert.deepEqual(
      stays.map(({ start, end }) => [minuteOf(start), minuteOf(end)]),
      [[0, 400]],
    );
  });
});

describe('totalPeriods', () => {
  it('have their minutes, and need a length', () => {
    const total = (minutes: number) => span('sleepTotal', evening, evening + minutes * minuteMs, 400);
    assert.deepEqual(totalPeriods([total(480), total(0)]).map(sleepMinutes), [400]);
  });
});

describe('states', () => {
  it('are asleep or not', () => {
    assert.deepEqual((['inBed', 'awake', 'asleep', 'core', 'deep', 'rem', 'nrem'] as const).map(isAsleep), [
      false,
      false,
      true,
      true,
      true,
      true,
      true,
    ]);
  });

  it('asleep are added up', () => {
    const all = [segment('core', 0, 10), segment('awake', 10, 20), segment('asleep', 20, 25)];
    assert.equal(asleepMs(all), 15 * minuteMs);
  });
});

it('lowerBound is the place of the first value that is not smaller', () => {
  assert.deepEqual(
    [0, 1, 2, 5].map((value) => lowerBound([1, 2, 2, 4], value)),
    [0, 0, 1, 4],
  );
});
