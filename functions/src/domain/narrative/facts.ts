import type { ActivitySection } from '../analysis/sections/activity.ts';
import type { Analysis } from '../analysis/analysis.ts';
import type { CardioSection } from '../analysis/sections/cardio.ts';
import type { NightDocument, SleepSection } from '../analysis/sections/sleep.ts';
import type { Unavailable } from '../fault.ts';
import type { NightMeasure } from '../history/week-digest.ts';
import { clockMinute } from '../local-time.ts';
import { changeOf, type Change } from '../metrics/comparison.ts';
import { averageOf, type Average } from '../metrics/statistics.ts';

/** Units in which a person reads distances. */
export type Units = 'metric' | 'imperial';

/** One number that a narrative may use, already rounded as it may be said. */
export interface Fact {
  id: string;
  label: string;
  /** A number, a clock time `HH:MM`, or the code of a reason. */
  value: number | string;
  unit: string;
  /** What it is about; the week where this is missing. */
  about?: 'night' | 'day';
  /** The local day, or the one on which the night ends. */
  day?: string;
  /** The same number a week before, where the two weeks may be compared. */
  earlier?: number;
  /** How the value compares with the week before: only beyond chance and beyond what does not matter. */
  change?: Change;
}

/** Whether a section of an analysis has its numbers. */
export function available<T extends object>(section: T): section is Exclude<T, Unavailable> {
  return !('unavailable' in section);
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

/** A number that is compared from week to week. */
interface Compared {
  average: Average;
  /** Differences up to this do not matter, whatever chance says. */
  matters: number;
  /** Weeks are compared only where this is the same. */
  basis: string;
}

/** What of a week the one after it is compared with. */
export interface ComparedWeek {
  formulaVersion: number;
  /** By the id of the fact; `said`: as it is rounded. */
  numbers: Record<string, Compared & { said: number }>;
}

export function comparedWeek(analysis: Analysis): ComparedWeek {
  const compared = comparedOf(analysis);
  const numbers: ComparedWeek['numbers'] = {};
  for (const { id, value } of measuredFacts(analysis, 'metric'))
    if (compared[id] && typeof value === 'number') numbers[id] = { ...compared[id], said: value };
  return { formulaVersion: analysis.formulaVersion, numbers };
}

/**
 * The facts of an analysis: every number that a text about it may contain. What was not measured gives no fact.
 * Rounding: distances to 0.1, shares to whole percent, indices to 0.01, everything else, minutes too, to whole numbers.
 *
 * @param before the week before, if there is one
 */
export function factsOf(analysis: Analysis, units: Units = 'metric', before?: ComparedWeek): Fact[] {
  const facts = measuredFacts(analysis, units);
  // Numbers of other formulas are other numbers.
  if (!before || before.formulaVersion !== analysis.formulaVersion) return facts;
  const now = comparedOf(analysis);
  return facts.map((fact) => {
    const [own, other] = [now[fact.id], before.numbers[fact.id]];
    if (!own || typeof fact.value !== 'number' || own.basis !== other?.basis) return fact;
    const earlier = other.said;
    const change = changeOf(own.average, other.average, Math.max(own.matters, other.matters));
    if (change === null) return fact;
    // What is said must show in the numbers as they are said.
    const shown = Math.sign(fact.value - earlier) === { higher: 1, lower: -1, same: 0 }[change];
    return { ...fact, earlier, change: shown ? change : 'same' };
  });
}

/** By the id of the fact. What matters: 30 min of sleep, 3 points of efficiency, 10 % and 1,000 steps, 3 bpm, 10 % of HRV. */
function comparedOf({ sleep, activity, cardio, models }: Analysis): Partial<Record<string, Compared>> {
  const compared: Partial<Record<string, Compared>> = {};
  const add = (id: string, average: Average | null, matters: number, basis: string): void => {
    if (average) compared[id] = { average, matters, basis };
  };
  if (available(sleep)) {
    const { kind, tstMinutes, sleep24hMinutes, se } = sleep.summary;
    const basis = `${kind} ${kind === 'sleep-model' || kind === 'estimated' ? models.map(({ sha256 }) => sha256).join() : ''}`;
    add('sleep.tst', tstMinutes, 30, basis);
    add('sleep.total24h', sleep24hMinutes, 30, basis);
    add('sleep.se', se, 0.03, basis);
  }
  if (available(activity)) {
    const { steps } = activity;
    add('activity.steps', steps, Math.max(1000, 0.1 * (steps?.mean ?? 0)), 'steps');
  }
  if (available(cardio)) {
    const { restingHeartRate, lowestSleepingHeartRate, hrv } = cardio;
    if (available(restingHeartRate)) add('cardio.resting', restingHeartRate.average, 3, 'healthkit');
    if (available(lowestSleepingHeartRate))
      add('cardio.lowestSleeping', lowestSleepingHeartRate.average, 3, 'sleep');
    if (available(hrv.night)) {
      const { average } = hrv.night;
      add('cardio.hrvNight', average, 0.1 * (average?.mean ?? 0), 'night');
    }
  }
  return compared;
}

type Add = (
  id: string,
  label: string,
  value: number | string | null,
  unit: string,
  about?: Required<Pick<Fact, 'about' | 'day'>>,
) => void;

function measuredFacts(analysis: Analysis, units: Units): Fact[] {
  const facts: Fact[] = [];
  const add: Add = (id, label, value, unit, about) => {
    if (value !== null) facts.push({ id, label, value, unit, ...about });
  };

  add('window.days', 'Days looked at', analysis.window.days.length, 'days');
  const { coverage } = analysis;
  // Somebody without a wearable is told nothing of wear.
  if (coverage.days.some(({ wornMinutes }) => wornMinutes !== null)) {
    add('coverage.validDays', 'Days with enough wear', coverage.validDays, 'days');
    const gapMinutes = coverage.gaps.reduce((sum, { minutes }) => sum + minutes, 0);
    if (Math.round(gapMinutes) > 0)
      add('coverage.gaps', 'Time without the wearable', Math.round(gapMinutes), 'min');
  }
  if (available(analysis.sleep)) {
    addSleep(add, analysis.sleep);
    addNights(add, analysis, analysis.sleep);
  }
  if (available(analysis.activity)) {
    addActivity(add, analysis.activity, units);
    addDays(add, analysis.activity);
  }
  addWorkouts(add, analysis);
  if (available(analysis.rhythm)) {
    const { basis, is, ra, sri } = analysis.rhythm;
    if (is !== null) add('rhythm.is', 'Interdaily stability', round(is, 2), '');
    // Of steps it is near 1 for everybody who sleeps five hours.
    if (ra !== null && basis === 'activityCount') add('rhythm.ra', 'Relative amplitude', round(ra, 2), '');
    if (sri !== null) add('rhythm.sri', 'Sleep regularity index', Math.round(sri), '');
  }
  if (available(analysis.cardio)) addHeart(add, analysis.cardio);
  if (available(analysis.respiration)) {
    const { breathing, oxygen } = analysis.respiration;
    if (available(breathing))
      add('respiration.rate', 'Breathing rate asleep', Math.round(breathing.median), 'breaths/min');
    if (available(oxygen))
      add('respiration.oxygen', 'Blood oxygen asleep', Math.round(oxygen.median * 100), '%');
  }
  return facts;
}

const metersPerMile = 1609.344;

function addActivity(add: Add, { steps, distanceMeters }: ActivitySection, units: Units): void {
  add('activity.steps', 'Mean steps a day', steps && Math.round(steps.mean), 'steps');
  const [unit, length] = units === 'imperial' ? (['mi', metersPerMile] as const) : (['km', 1000] as const);
  add(
    'activity.distance',
    'Mean distance a day',
    distanceMeters && round(distanceMeters.mean / length, 1),
    unit,
  );
}

function addHeart(add: Add, { restingHeartRate, lowestSleepingHeartRate, hrv }: CardioSection): void {
  if (available(restingHeartRate))
    add('cardio.resting', 'Resting heart rate', Math.round(restingHeartRate.average.mean), 'bpm');
  if (available(lowestSleepingHeartRate))
    add(
      'cardio.lowestSleeping',
      'Lowest sleeping heart rate',
      Math.round(lowestSleepingHeartRate.bpm),
      'bpm',
    );
  if (available(hrv.night)) {
    const ms = hrv.night.average?.mean ?? hrv.night.medianMs;
    add('cardio.hrvNight', 'Heart rate variability at night (SDNN)', Math.round(ms), 'ms');
  }
}

const whole = (minutes: number | undefined): number | null =>
  minutes === undefined ? null : Math.round(minutes);

function addSleep(add: Add, { summary, missingNights, nights, naps }: SleepSection): void {
  const { kind, tstMinutes, sleep24hMinutes, se, midpoint, socialJetLag } = summary;
  // What the model makes of heart rate is no measurement, also inside a time in bed that was told.
  const isGuess = kind === 'estimated' || kind === 'sleep-model';
  if (kind !== null && !isGuess) add('sleep.nights', 'Nights measured', summary.nights, 'nights');
  const partial = nights.filter((night) => night.partial).length;
  const estimated = nights.filter(({ source }) => source === 'sleep-model').length;
  if (partial > 0) add('sleep.partial', 'Nights measured in part', partial, 'nights');
  if (estimated > 0) add('sleep.estimated', 'Nights estimated from heart rate', estimated, 'nights');
  if (missingNights.length > 0) add('sleep.missing', 'Nights without data', missingNights.length, 'nights');
  add(
    isGuess ? 'sleep.tstEstimated' : 'sleep.tst',
    isGuess ? 'Mean sleep a night, estimated from heart rate' : 'Mean sleep a night',
    whole(tstMinutes?.mean),
    'min',
  );
  if (naps.length > 0)
    add('sleep.total24h', 'Mean sleep a day, naps included', whole(sleep24hMinutes?.mean), 'min');
  if (isGuess) return;
  add('sleep.se', 'Sleep efficiency', se && Math.round(se.mean * 100), '%');
  add('sleep.midpoint', 'Middle of sleep', midpoint && midpoint.clock, 'clock');
  if (socialJetLag && Math.round(socialJetLag.minutes) !== 0) {
    const later = socialJetLag.minutes > 0;
    add(
      later ? 'sleep.laterOnFreeDays' : 'sleep.earlierOnFreeDays',
      later ? 'How much later sleep was on free days' : 'How much earlier sleep was on free days',
      whole(Math.abs(socialJetLag.minutes)),
      'min',
    );
  }
}

/** Of fewer nights or days none stands out. */
const leastToStandOut = 3;

/** The one of the list with the largest number; undefined where there are too few of them or two share it. */
function standsOut<T>(list: readonly T[], number: (one: T) => number): T | undefined {
  const [first, second] = list.toSorted((a, b) => number(b) - number(a));
  if (list.length < leastToStandOut || number(first!) === number(second!)) return undefined;
  return first;
}

function addNights(
  add: Add,
  { coverage, window, typical }: Analysis,
  { nights, missingNights }: SleepSection,
): void {
  const zones = new Map(coverage.days.map(({ day, timeZone }) => [day, timeZone]));
  // Neither a night in part nor one with a silence is the shortest one, and a guess stands out by chance.
  const measuredNights = nights.filter(
    ({ partial, silentMinutes, source }) => !partial && silentMinutes === 0 && source !== 'sleep-model',
  );
  const told = measuredNights.flatMap((night) =>
    night.tstMinutes === null ? [] : [{ ...night, tst: night.tstMinutes }],
  );
  const of = ({ day }: { day: string }) => ({ about: 'night', day }) as const;

  const longest = standsOut(told, ({ tst }) => tst);
  const shortest = standsOut(told, ({ tst }) => -tst);
  if (longest) add('night.longest', 'Sleep in the longest night', whole(longest.tst), 'min', of(longest));
  if (shortest)
    add('night.shortest', 'Sleep in the shortest night', whole(shortest.tst), 'min', of(shortest));
  const bedtimes = measuredNights.flatMap((night) =>
    night.onset === null ? [] : [{ ...night, at: afterNoon(night, night.onset) }],
  );
  const earliest = standsOut(bedtimes, ({ at }) => -at);
  const latest = standsOut(bedtimes, ({ at }) => at);
  if (earliest)
    add(
      'night.earliestOnset',
      'Earliest time of falling asleep',
      clockAt(earliest.at),
      'clock',
      of(earliest),
    );
  if (latest)
    add('night.latestOnset', 'Latest time of falling asleep', clockAt(latest.at), 'clock', of(latest));
  for (const stage of ['deep', 'rem'] as const) {
    const average = averageOf(measuredNights.flatMap(({ stageMinutes }) => stageMinutes?.[stage] ?? []));
    const name = stage === 'deep' ? 'deep sleep' : 'REM sleep';
    add(`sleep.${stage}`, `Mean ${name} a night`, average && Math.round(average.mean), 'min');
  }
  for (const night of nights) {
    if (night.partial) {
      const told = whole(night.tstMinutes ?? undefined);
      const label = 'Sleep measured in a night that was measured in part';
      add(`night.partial.${night.day}`, label, told ?? 'partial', told === null ? 'code' : 'min', of(night));
    }
    if (night.estimated && night.tstMinutes === null) {
      const [from, to] = [night.onset, night.wake].map((at) =>
        aboutClock(zones.get(night.day) ?? window.timeZone, at!),
      );
      add(
        `night.aboutFrom.${night.day}`,
        'Asleep from about, estimated from heart rate',
        from!,
        'clock',
        of(night),
      );
      add(
        `night.aboutTo.${night.day}`,
        'Asleep to about, estimated from heart rate',
        to!,
        'clock',
        of(night),
      );
    }
  }
  for (const night of missingNights)
    add(`night.missing.${night.day}`, 'Why a night is missing', night.code, 'code', of(night));
  addTypical(add, typical);

  function afterNoon(night: NightDocument, at: string): number {
    const clock = clockMinute(zones.get(night.day) ?? window.timeZone, Date.parse(at));
    return (clock + 720) % 1440;
  }
}

function clockAt(afterNoon: number): string {
  return written((afterNoon + 720) % 1440);
}

/** To ten minutes: it is an estimate. */
function aboutClock(timeZone: string, at: string): string {
  return written((10 * Math.round(clockMinute(timeZone, Date.parse(at)) / 10)) % 1440);
}

function written(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(Math.round(minute % 60)).padStart(2, '0')}`;
}

/** How each measure of a night is said. */
const said: Record<NightMeasure, { name: string; unit: string; say: (value: number) => number | string }> = {
  tstMinutes: { name: 'sleep', unit: 'min', say: Math.round },
  midpointMinutes: {
    name: 'middle of sleep',
    unit: 'clock',
    say: (value) => written((Math.round(value) + 1440) % 1440),
  },
  lowestHeartRateBpm: { name: 'lowest sleeping heart rate', unit: 'bpm', say: Math.round },
  hrvMs: { name: 'heart rate variability at night', unit: 'ms', say: Math.round },
  breathsPerMinute: { name: 'breathing rate asleep', unit: 'breaths/min', say: (value) => round(value, 1) },
  oxygen: { name: 'blood oxygen asleep', unit: '%', say: (value) => Math.round(value * 100) },
  wristCelsius: { name: 'wrist temperature asleep', unit: 'degC', say: (value) => round(value, 1) },
};

/** A night is mentioned only when this many measures of it are out of the usual range. */
const leastOut = 2;

function addTypical(add: Add, { ranges, flags }: Analysis['typical']): void {
  for (const [measure, { name, unit, say }] of Object.entries(said)) {
    const range = ranges[measure as NightMeasure];
    if (!range) continue;
    add(`typical.${measure}.low`, `Lower end of the usual range of ${name}`, say(range.low), unit);
    add(`typical.${measure}.high`, `Upper end of the usual range of ${name}`, say(range.high), unit);
  }
  for (const [day, own] of Map.groupBy(flags, (flag) => flag.day)) {
    if (own.length < leastOut) continue;
    for (const { measure, value, side } of own) {
      const { name, unit, say } = said[measure];
      add(
        `night.unusual.${day}.${measure}`,
        `${side === 'above' ? 'Above' : 'Below'} the usual range: ${name}`,
        say(value),
        unit,
        {
          about: 'night',
          day,
        },
      );
    }
  }
}

function addDays(add: Add, { days }: ActivitySection): void {
  const walked = days.flatMap(({ complete, steps, day }) =>
    complete && steps !== null ? [{ day, steps }] : [],
  );
  const most = standsOut(walked, ({ steps }) => steps);
  const least = standsOut(walked, ({ steps }) => -steps);
  for (const [id, label, one] of [
    ['day.mostSteps', 'Steps on the most active day', most],
    ['day.leastSteps', 'Steps on the least active day', least],
  ] as const) {
    if (one) add(id, label, Math.round(one.steps), 'steps', { about: 'day', day: one.day });
  }
}

function addWorkouts(add: Add, { measures }: Analysis): void {
  const workouts = measures.find(({ type }) => type === 'workout');
  if (!workouts) return;
  add(
    'workouts.count',
    'Workouts',
    workouts.days.reduce((sum, { n }) => sum + n, 0),
    'workouts',
  );
  const minutes = workouts.days.reduce((sum, { value }) => sum + value, 0);
  add('workouts.minutes', 'Time in workouts', Math.round(minutes), 'min');
}
