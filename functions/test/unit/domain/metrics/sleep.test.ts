import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Sample } from '../../../../src/domain/samples/sample.ts';
import { sleepValue } from '../../../../src/domain/samples/sample-types.ts';
import {
  asleepMs,
  dayOfEnd,
  episodesByDay,
  hasStages,
  isAsleep,
  nightOf,
  nightOfTotal,
  sleepEpisodes,
  sleepSegments,
  type Episode,
  type Segment,
  type SleepState,
} from '../../../../src/domain/metrics/sleep.ts';
import type { Window } from '../../../../src/domain/samples/window.ts';
import { at, dayMs, hourMs, minuteMs, other, phone, span } from '../../../support/build.ts';

const evening = at('2025-06-09T22:00');
type StateName = keyof typeof sleepValue;

/** From minute to minute after 22:00. */
const told = (state: StateName, from: number, to: number, rest: Partial<Sample> = {}) =>
  span('sleepAnalysis', evening + from * minuteMs, evening + to * minuteMs, sleepValue[state], rest);
const segmentsOf = (...samples: Sample[]) =>
  sleepSegments(samples).map(
    ({ state, start, end }) => `${state} ${(start - evening) / minuteMs}-${(end - evening) / minuteMs}`,
  );
const segment = (state: SleepState, from: number, to: number): Segment => ({
  state,
  start: evening + from * minuteMs,
  end: evening + to * minuteMs,
});
const episode = (...segments: Segment[]): Episode => ({
  segments,
  start: segments[0]!.start,
  end: segments.at(-1)!.end,
});

describe('sleepSegments', () => {
  it('lays samples one after the other, and joins what touches', () => {
    assert.deepEqual(
      segmentsOf(told('core', 0, 10), told('core', 10, 20), told('deep', 20, 30), told('rem', 40, 50)),
      ['core 0-20', 'deep 20-30', 'rem 40-50'],
    );
  });

  it('counts the same night told twice once', () => {
    const band = { source: other };
    assert.deepEqual(
      segmentsOf(told('core', 0, 60), told('core', 0, 60, band), told('asleep', 0, 60, { source: phone })),
      ['core 0-60'],
    );
  });

  it('takes stages over plain sleep over time in bed, whoever tells them', () => {
    const phoneSays = [told('inBed', 0, 100, { source: phone }), told('asleep', 10, 90, { source: phone })];
    assert.deepEqual(segmentsOf(...phoneSays, told('deep', 20, 30, { source: other })), [
      'inBed 0-10',
      'asleep 10-20',
      'deep 20-30',
      'asleep 30-90',
      'inBed 90-100',
    ]);
  });

  it('takes, of stages that contradict each other, those of the watch before the phone before others', () => {
    assert.deepEqual(
      segmentsOf(
        told('deep', 0, 30, { source: other }),
        told('rem', 10, 30, { source: phone }),
        told('core', 20, 30),
      ),
      ['deep 0-10', 'rem 10-20', 'core 20-30'],
    );
  });

  it('takes wake where one source contradicts itself, so that sleep is not overstated', () => {
    assert.deepEqual(segmentsOf(told('deep', 0, 20), told('awake', 5, 10)), [
      'deep 0-5',
      'awake 5-10',
      'deep 10-20',
    ]);
    assert.deepEqual(segmentsOf(told('core', 0, 20), told('rem', 5, 10)), [
      'core 0-5',
      'rem 5-10',
      'core 10-20',
    ]);
  });

  it('ignores what has no length and what is no sleep', () => {
    assert.deepEqual(
      segmentsOf(told('core', 5, 5), span('mindfulSession', evening, evening + hourMs, 0)),
      [],
    );
  });

  it('does not depend on the order of the samples, never overlaps, and covers what was told', () => {
    const anySample = fc
      .record({
        state: fc.constantFrom<StateName>('inBed', 'asleep', 'awake', 'core', 'deep', 'rem'),
        from: fc.nat({ max: 60 }),
        minutes: fc.nat({ max: 40 }),
        source: fc.constantFrom(phone, other),
      })
      .map(({ state, from, minutes, source }) => told(state, from, from + minutes, { source }));
    fc.assert(
      fc.property(fc.array(anySample, { maxLength: 12 }), (samples) => {
        const segments = sleepSegments(samples);
        assert.deepEqual(sleepSegments([...samples].reverse()), segments);
        segments.forEach(({ start, end }, i) => {
          assert.ok(start < end && (i === 0 || segments[i - 1]!.end <= start));
        });
        const covered = Array.from({ length: 100 }, (_, minute) => evening + (minute + 0.5) * minuteMs);
        for (const time of covered) {
          const within = ({ start, end }: { start: number; end: number }) => start <= time && time < end;
          assert.equal(segments.some(within), samples.some(within));
        }
      }),
    );
  });
});

describe('sleepEpisodes', () => {
  it('joins sleep with at most an hour between', () => {
    const segments = [segment('core', 0, 60), segment('rem', 120, 180), segment('core', 241, 300)];
    assert.deepEqual(
      sleepEpisodes(segments).map((one) => [
        (one.start - evening) / minuteMs,
        (one.end - evening) / minuteMs,
        one.segments.length,
      ]),
      [
        [0, 180, 2],
        [241, 300, 1],
      ],
    );
    assert.deepEqual(sleepEpisodes([]), []);
  });
});

const midnight = at('2025-06-10T00:00');
const window: Window = {
  days: [0, 1].map((n) => ({
    day: n === 0 ? '2025-06-10' : '2025-06-11',
    timeZone: 'UTC',
    start: midnight + n * dayMs,
    end: midnight + (n + 1) * dayMs,
  })),
  start: midnight,
  end: midnight + 2 * dayMs,
};

describe('episodesByDay', () => {
  const days = (...episodes: Episode[]) =>
    [...episodesByDay(window, episodes)].map(([day, { main, naps }]) => [
      day,
      main && episodes.indexOf(main),
      naps.map((nap) => episodes.indexOf(nap)),
    ]);

  it('gives a night to the day it ends on', () => {
    assert.deepEqual(days(episode(segment('core', 0, 480))), [
      ['2025-06-10', 0, []],
      ['2025-06-11', null, []],
    ]);
    assert.deepEqual(days(episode(segment('core', 1500, 1900)))[1], ['2025-06-11', 0, []]);
  });

  it('gives a night that ends at midnight to the day before', () => {
    assert.equal(dayOfEnd(window, midnight), undefined);
    assert.equal(dayOfEnd(window, midnight + 1), '2025-06-10');
    assert.equal(dayOfEnd(window, midnight + dayMs), '2025-06-10');
    assert.equal(dayOfEnd(window, midnight + 2 * dayMs + 1), undefined);
  });

  it('calls less than three hours a nap, also where there is no night', () => {
    assert.deepEqual(days(episode(segment('core', 300, 479)))[0], ['2025-06-10', null, [0]]);
    assert.deepEqual(days(episode(segment('core', 300, 480)), episode(segment('core', 900, 1079)))[0], [
      '2025-06-10',
      0,
      [1],
    ]);
  });

  it('takes the stretch with the most sleep for the night, not the longest in bed', () => {
    const inBed = episode(segment('inBed', 130, 500), segment('core', 500, 680));
    const slept = episode(segment('core', 800, 1000));
    assert.deepEqual(days(inBed, slept)[0], ['2025-06-10', 1, [0]]);
    assert.deepEqual(days(slept, inBed)[0], ['2025-06-10', 0, [1]]);
    // Of which only the time in bed is known, half of it counts.
    const onlyBed = episode(segment('inBed', 130, 530));
    assert.deepEqual(days(onlyBed, episode(segment('core', 800, 1001)))[0], ['2025-06-10', 1, [0]]);
    assert.deepEqual(days(onlyBed, episode(segment('inBed', 700, 750), segment('core', 750, 930)))[0], [
      '2025-06-10',
      0,
      [1],
    ]);
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

  it('tell stages only where one of sleep is told', () => {
    assert.equal(
      hasStages(episode(segment('inBed', 0, 10), segment('asleep', 10, 20), segment('awake', 20, 30))),
      false,
    );
    for (const stage of ['core', 'deep', 'rem', 'nrem'] as const)
      assert.equal(hasStages(episode(segment(stage, 0, 1))), true);
  });
});

describe('nightOf', () => {
  // 22:00 in bed, 22:20 asleep, awake 23:00-23:03 and 02:00-02:10 and 05:00 for half a minute, up at 06:00, in bed to 06:15.
  const night = episode(
    segment('inBed', 0, 20),
    segment('core', 20, 60),
    segment('awake', 60, 63),
    segment('deep', 63, 240),
    segment('awake', 240, 250),
    segment('rem', 250, 420),
    segment('awake', 420, 420.5),
    segment('core', 420.5, 480),
    segment('awake', 480, 490),
    segment('inBed', 490, 495),
  );

  it('has the numbers of a night, by hand', () => {
    const tst = 40 + 177 + 170 + 59.5;
    assert.equal(tst, 446.5);
    assert.deepEqual(nightOf('2025-06-10', night, 'healthkit-stages', 'healthkit'), {
      day: '2025-06-10',
      source: 'healthkit-stages',
      bedtime: 'healthkit',
      start: evening,
      end: evening + 495 * minuteMs,
      onset: evening + 20 * minuteMs,
      wake: evening + 480 * minuteMs,
      tibMinutes: 495,
      tstMinutes: tst,
      solMinutes: 20,
      wasoMinutes: 13.5,
      se: tst / 495,
      awakenings: 2,
      awakeningsOver5Minutes: 1,
      midpoint: evening + 250 * minuteMs,
      stageMinutes: { core: 99.5, deep: 177, rem: 170, awake: 23.5 },
      unscoredMinutes: 0,
      confidence: null,
    });
  });

  it('counts a bout awake of exactly one and exactly five minutes', () => {
    const bouts = episode(
      segment('core', 0, 60),
      segment('awake', 60, 61),
      segment('core', 61, 100),
      segment('awake', 100, 105),
      segment('core', 105, 200),
    );
    const { awakenings, awakeningsOver5Minutes } = nightOf('d', bouts, 'healthkit-stages', 'healthkit')!;
    assert.deepEqual([awakenings, awakeningsOver5Minutes], [2, 1]);
  });

  it('takes wake that two samples tell for one bout', () => {
    const bouts = episode(
      segment('core', 0, 60),
      segment('awake', 60, 62),
      segment('awake', 62, 66),
      segment('core', 66, 200),
    );
    const { awakenings, awakeningsOver5Minutes } = nightOf('d', bouts, 'healthkit-stages', 'healthkit')!;
    assert.deepEqual([awakenings, awakeningsOver5Minutes], [1, 1]);
  });

  it('counts what nobody told between onset and awakening neither as sleep nor as wake', () => {
    const gap = episode(
      segment('core', 0, 60),
      segment('core', 90, 200),
      segment('inBed', 200, 230),
      segment('deep', 230, 300),
    );
    const { tstMinutes, wasoMinutes, unscoredMinutes, tibMinutes } = nightOf(
      'd',
      gap,
      'healthkit-stages',
      'healthkit',
    )!;
    assert.deepEqual([tibMinutes, tstMinutes, wasoMinutes, unscoredMinutes], [300, 240, 0, 60]);
  });

  it('does not know how long falling asleep took where the time in bed begins with sleep', () => {
    assert.equal(
      nightOf('d', episode(segment('core', 0, 300)), 'healthkit-stages', 'healthkit')!.solMinutes,
      null,
    );
  });

  it('tells no wake and no stages of plain sleep, whose gaps may be either', () => {
    const plain = episode(segment('asleep', 0, 100), segment('asleep', 130, 300));
    const { wasoMinutes, awakenings, awakeningsOver5Minutes, stageMinutes, tstMinutes, unscoredMinutes } =
      nightOf('d', plain, 'healthkit-asleep', 'healthkit')!;
    assert.deepEqual(
      [wasoMinutes, awakenings, awakeningsOver5Minutes, stageMinutes],
      [null, null, null, null],
    );
    assert.deepEqual([tstMinutes, unscoredMinutes], [270, 30]);
  });

  it('is none where nothing is sleep', () => {
    assert.equal(
      nightOf(
        'd',
        episode(segment('inBed', 0, 400), segment('awake', 400, 410)),
        'healthkit-stages',
        'healthkit',
      ),
      null,
    );
  });

  it('of the model knows the time to fall asleep only when it saw all of it', () => {
    const sol = (...segments: Segment[]) =>
      nightOf('d', episode(...segments), 'sleep-model', 'healthkit', 0.8)!.solMinutes;
    assert.equal(sol(segment('awake', 0, 12), segment('nrem', 12, 300)), 12);
    // Time in bed without heart rate: the model says nothing about it.
    assert.equal(sol(segment('inBed', 0, 30), segment('awake', 30, 40), segment('nrem', 40, 300)), null);
  });
});

describe('nightOfTotal', () => {
  it('has the minutes asleep and the time in bed, and nothing else', () => {
    const total = span('sleepTotal', evening, evening + 8 * hourMs, 432);
    const { tstMinutes, tibMinutes, se, source, ...rest } = nightOfTotal('2025-06-10', total);
    assert.deepEqual([tstMinutes, tibMinutes, se, source], [432, 480, 0.9, 'app-total']);
    const { day, bedtime, start, end, ...unknown } = rest;
    assert.deepEqual([day, bedtime, start, end], ['2025-06-10', 'healthkit', evening, evening + 8 * hourMs]);
    assert.ok(Object.values(unknown).every((value) => value === null));
  });
});

it('asleepMs adds up what is asleep', () => {
  assert.equal(
    asleepMs([segment('core', 0, 10), segment('awake', 10, 20), segment('asleep', 20, 25)]),
    15 * minuteMs,
  );
});
