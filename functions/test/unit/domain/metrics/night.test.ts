import assert from 'node:assert/strict';
import {
  estimatedNight,
  isWhole,
  nightOf,
  type Night,
  type Surroundings,
} from '../../../../src/domain/metrics/night.ts';
import {
  isAsleep,
  type Period,
  type Segment,
  type SleepSource,
  type SleepState,
} from '../../../../src/domain/metrics/sleep.ts';
import { at, hourMs, minuteMs } from '../../../support/build.ts';

const evening = at('2025-06-09T22:00');
const time = (minute: number) => evening + minute * minuteMs;
const segment = (state: SleepState, from: number, to: number): Segment => ({
  state,
  start: time(from),
  end: time(to),
});

/** Signs of life every five minutes from minute to minute after 22:00. */
const signsOf = (...spans: [from: number, to: number][]) =>
  Float64Array.from(
    spans.flatMap(([from, to]) =>
      Array.from({ length: Math.floor((to - from) / 5) + 1 }, (_, i) => time(from + 5 * i)),
    ),
  );
const around = (
  bed: [from: number, to: number] | null,
  signs: Float64Array = new Float64Array(0),
  rest: Partial<Surroundings> = {},
): Surroundings => ({
  bed: bed && { start: time(bed[0]), end: time(bed[1]) },
  bedByPhone: bed && { start: time(bed[0]), end: time(bed[1]) },
  signs,
  knownUntil: time(24 * 60),
  habitualEnd: null,
  ...rest,
});
function told(
  segments: Segment[],
  surroundings: Surroundings,
  source: SleepSource = 'healthkit-stages',
): Night {
  const sleeping = segments.filter(({ state }) => isAsleep(state));
  const period: Period = { source, segments, start: sleeping[0]!.start, end: sleeping.at(-1)!.end };
  return nightOf('2025-06-10', period, surroundings);
}

describe('nightOf', () => {
  // 22:00 in bed, 22:20 asleep, awake 23:00-23:03 and 02:00-02:10 and 05:00 for half a minute, up at 06:00, in bed to 06:15.
  const segments = [
    segment('core', 20, 60),
    segment('awake', 60, 63),
    segment('deep', 63, 240),
    segment('awake', 240, 250),
    segment('rem', 250, 420),
    segment('awake', 420, 420.5),
    segment('core', 420.5, 480),
    segment('awake', 480, 490),
  ];
  const tst = 40 + 177 + 170 + 59.5;

  it('has the numbers of a night, by hand', () => {
    assert.equal(tst, 446.5);
    assert.deepEqual(told(segments, around([0, 495])), {
      day: '2025-06-10',
      source: 'healthkit-stages',
      bedtime: 'healthkit',
      start: evening,
      end: time(495),
      onset: time(20),
      wake: time(480),
      midpoint: time(250),
      tibMinutes: 495,
      tstMinutes: tst,
      solMinutes: 20,
      wasoMinutes: 13.5,
      se: tst / 495,
      sleepMaintenance: tst / 460,
      awakenings: 2,
      awakeningsOver5Minutes: 1,
      stageMinutes: { core: 99.5, deep: 177, rem: 170, awake: 23.5 },
      unscoredMinutes: 0,
      silentMinutes: 0,
      partial: null,
      estimated: null,
      confidence: null,
    });
  });

  it('has no efficiency and no latency where nobody told the time in bed', () => {
    const { se, solMinutes, tibMinutes, sleepMaintenance, bedtime, start } = told(segments, around(null));
    assert.deepEqual([se, solMinutes, tibMinutes], [null, null, null]);
    assert.deepEqual([sleepMaintenance, bedtime, start], [tst / 460, 'unknown', time(20)]);
  });

  it('does not know how long falling asleep took where the time in bed begins with sleep', () => {
    assert.equal(told(segments, around([30, 495])).solMinutes, null);
    assert.equal(told(segments, around([30, 495])).tibMinutes, 475);
  });

  it('of the model knows the time to fall asleep only when it saw all of it', () => {
    const sol = (...all: Segment[]) => told(all, around([0, 300]), 'sleep-model').solMinutes;
    assert.equal(sol(segment('awake', 0, 12), segment('nrem', 12, 300)), 12);
    assert.equal(sol(segment('inBed', 0, 30), segment('awake', 30, 40), segment('nrem', 40, 300)), null);
  });

  it('counts bouts awake of exactly one and exactly five minutes, and two that touch as one', () => {
    const bouts = [
      segment('core', 0, 60),
      segment('awake', 60, 61),
      segment('core', 61, 100),
      segment('awake', 100, 103),
      segment('awake', 103, 105),
      segment('core', 105, 200),
    ];
    const { awakenings, awakeningsOver5Minutes } = told(bouts, around(null));
    assert.deepEqual([awakenings, awakeningsOver5Minutes], [2, 1]);
  });

  it('tells no wake and no stages of plain sleep, whose gaps may be either', () => {
    const plain = [segment('asleep', 0, 100), segment('asleep', 130, 300)];
    const night = told(plain, around(null), 'healthkit-asleep');
    assert.deepEqual(
      [night.wasoMinutes, night.awakenings, night.awakeningsOver5Minutes, night.stageMinutes],
      [null, null, null, null],
    );
    assert.deepEqual([night.tstMinutes, night.unscoredMinutes], [270, 30]);
  });

  it("has of an app's total the minutes, and of the rest what others told", () => {
    const total: Period = {
      source: 'app-total',
      segments: [],
      start: evening,
      end: time(480),
      totalMinutes: 432,
    };
    const alone = nightOf('d', total, around(null));
    assert.deepEqual([alone.tstMinutes, alone.se, alone.tibMinutes], [432, null, null]);
    assert.deepEqual(
      [alone.onset, alone.wake, alone.midpoint, alone.unscoredMinutes],
      [null, null, null, null],
    );
    assert.equal(nightOf('d', total, around([0, 480])).se, 0.9);
  });

  describe('is partial', () => {
    const sleep = (from: number, to: number) => [segment('core', from, to)];
    const unknown = ({ wake, midpoint, se, wasoMinutes, awakenings, sleepMaintenance }: Night) =>
      [wake, midpoint, se, wasoMinutes, awakenings, sleepMaintenance].every((value) => value === null);

    it('where the watch fell silent as the sleep ends, and the rest of the night is not known', () => {
      // The watch died at 01:00; it is put on again at 07:30.
      const night = told(sleep(20, 175), around([0, 490], signsOf([-60, 175], [570, 700])));
      assert.deepEqual(night.partial, { from: time(175), to: time(490) });
      assert.ok(unknown(night) && !isWhole(night));
      assert.deepEqual([night.tstMinutes, night.onset], [155, time(20)]);
      const noBed = told(sleep(20, 175), around(null, signsOf([-60, 175], [570, 700])));
      assert.deepEqual(noBed.partial, { from: time(175), to: time(570) });
    });

    it('where the watch told the time in bed as well, to the moment at which it died', () => {
      const silent = signsOf([-60, 175], [570, 700]);
      const night = told(sleep(20, 175), around([0, 175], silent, { bedByPhone: null }));
      assert.deepEqual(night.partial, { from: time(175), to: time(570) });
    });

    it('where the watch was put on in the middle of it', () => {
      const night = told(sleep(300, 480), around([0, 490], signsOf([-200, -100], [300, 600])));
      assert.deepEqual(night.partial, { from: evening, to: time(300) });
    });

    it('where more than a tenth of the stay in bed is silent', () => {
      const night = (silent: number) =>
        told(
          [segment('core', 0, 200), segment('core', 200 + silent, 500)],
          around([0, 500], signsOf([-30, 200], [200 + silent, 560])),
        );
      assert.equal(night(50).partial, null);
      assert.deepEqual(night(51).partial, { from: time(200), to: time(251) });
      // Less is no whole night either: its minutes asleep are too few.
      assert.deepEqual([night(50).silentMinutes, isWhole(night(50))], [50, false]);
    });

    it('but not where the person lay awake or was up: the watch went on measuring', () => {
      const awake = told(
        [segment('core', 0, 180), segment('core', 300, 480)],
        around([0, 490], signsOf([-30, 520])),
      );
      assert.deepEqual([awake.partial, awake.silentMinutes, awake.unscoredMinutes], [null, 0, 120]);
    });

    it('but not where the watch was taken off on getting up, as the phone saw', () => {
      assert.equal(told(sleep(20, 480), around([0, 488], signsOf([-30, 480], [700, 800]))).partial, null);
      assert.equal(told(sleep(20, 480), around(null, signsOf([-30, 492], [700, 800]))).partial, null);
      assert.notEqual(told(sleep(20, 480), around(null, signsOf([-30, 480], [700, 800]))).partial, null);
    });

    it('where the samples end with the sleep, unless it has reached the end of the habitual night', () => {
      const fresh = (habitualEnd: number | null) =>
        told(sleep(20, 480), around(null, signsOf([-30, 480]), { knownUntil: time(481), habitualEnd }));
      assert.deepEqual(fresh(null).partial, { from: time(480), to: time(481) });
      assert.equal(fresh(time(540)).partial, null);
      assert.notEqual(fresh(time(541)).partial, null);
    });

    it('where the stay in bed goes on after a source of which nothing else is known', () => {
      assert.notEqual(told(sleep(20, 175), around([0, 490])).partial, null);
      assert.equal(told(sleep(20, 470), around([0, 490])).partial, null);
      // It is believed about the pauses in its own sleep.
      assert.equal(told([...sleep(20, 200), ...sleep(270, 480)], around(null)).partial, null);
    });
  });
});

describe('estimatedNight', () => {
  const period: Period = {
    source: 'sleep-model',
    segments: [segment('nrem', 60, 460), segment('awake', 460, 500), segment('rem', 500, 540)],
    start: time(60),
    end: time(540),
  };
  const errors = {
    tst: { biasMinutes: 40, halfWidthMinutes: 75 },
    midpoint: { biasMinutes: -15, halfWidthMinutes: 60 },
  };
  const night = estimatedNight('2025-06-10', period, errors, 0.8);

  it('is told less the usual error, with the interval that holds nine in ten', () => {
    assert.equal(night.tstMinutes, 400);
    assert.deepEqual(night.estimated!.tstMinutes, [325, 475]);
    assert.equal(night.midpoint, time(315));
    assert.deepEqual(night.estimated!.midpoint, [time(255), time(375)]);
    assert.deepEqual([night.onset, night.wake], [time(315 - 220), time(315 + 220)]);
  });

  it('tells nothing that it cannot know', () => {
    const { se, solMinutes, wasoMinutes, awakenings, tibMinutes, stageMinutes } = night;
    assert.deepEqual(
      [se, solMinutes, wasoMinutes, awakenings, tibMinutes, stageMinutes],
      Array(6).fill(null),
    );
    assert.equal(isWhole(night), false);
  });

  it('is no duration where the interval is wider than three hours', () => {
    const told = (halfWidthMinutes: number) =>
      estimatedNight('d', period, { ...errors, tst: { biasMinutes: 0, halfWidthMinutes } }, 0.8).tstMinutes;
    assert.deepEqual([told(90), told(90.5)], [440, null]);
  });

  it('never ends before it begins', () => {
    const short = { ...period, end: time(80) };
    const { onset, wake } = estimatedNight(
      'd',
      short,
      { ...errors, tst: { biasMinutes: 60, halfWidthMinutes: 1 } },
      0.8,
    );
    assert.equal(onset, wake);
    assert.ok(Math.abs(onset! - time(85)) < hourMs);
  });
});
