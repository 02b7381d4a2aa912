import type { Analysis } from '../../functions/src/domain/analysis/analysis.ts';
import type { SleepSection } from '../../functions/src/domain/analysis/sections/sleep.ts';
import type { Sample } from '../../functions/src/domain/samples/sample.ts';
import { available } from '../../functions/src/domain/narrative/facts.ts';
import type { UnavailableCode } from '../../functions/src/domain/fault.ts';
import { offsetAt } from '../../functions/src/domain/local-time.ts';
import { actogram } from './actogram.ts';
import { dayName, table, wrapped } from './layout.ts';

/** Why a section has no numbers, in words. */
const reasons: Record<UnavailableCode, string> = {
  'no-samples': 'nothing of this kind was measured',
  'recording/not-enough-wear': 'a rhythm needs 5 days with at least 16 hours of wear each',
  'recording/no-wearable': 'it needs to know rest as well as activity, and steps alone do not tell',
  'recording/unresolved-minutes': 'the samples are totals of more than an hour; a rhythm needs minutes',
  'recording/not-enough-nights': 'there are too few nights',
  'model/not-installed': 'its model is not installed',
  'model/too-uncertain': 'its heart rate is unlike the nights that the sleep model was evaluated on',
  'watch-off': 'the wearable was off in the habitual night',
  'night-not-found': 'the wearable was worn, and no sleep was found',
  partial: 'it was measured only in part',
  'too-sparse': 'too few readings of heart rate to tell sleep from waking',
};

const sources: Record<SleepSection['nights'][number]['source'], string> = {
  'healthkit-stages': 'stages',
  'sleep-model': 'model',
  'healthkit-asleep': 'asleep',
  'app-total': 'app total',
};

/** The analysis for reading, at most 100 columns wide. Times are local, in the zone of their day. */
export function report(analysis: Analysis, samples: readonly Sample[], window: number | 'all'): string {
  const sections = [
    windowLines(analysis),
    section('Sleep', analysis.sleep, (sleep) => sleepLines(analysis, sleep)),
    section('Activity', analysis.activity, activityLines),
    section('Rhythm', analysis.rhythm, rhythmLines),
    section('Heart', analysis.cardio, cardioLines),
    section('Breathing', analysis.respiration, respirationLines),
    measureLines(analysis.measures),
    analysis.actigraphySleep ? actigraphyLines(analysis.actigraphySleep) : [],
    embeddingLines(analysis.embedding),
    actogram(analysis, samples, window),
    analysis.models.length > 0
      ? [
          'Models',
          ...analysis.models.map(({ name, version, sha256 }) => `  ${name} v${version}, SHA-256 ${sha256}`),
        ]
      : [],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function section<T extends object>(
  title: string,
  content: T | { unavailable: UnavailableCode },
  lines: (content: Exclude<T, { unavailable: UnavailableCode }>) => string[],
): string[] {
  if ('unavailable' in content) return [`${title}: not available, ${reasons[content.unavailable]}.`];
  return [
    title,
    ...lines(content as Exclude<T, { unavailable: UnavailableCode }>).map((line) => `  ${line}`),
  ];
}

function windowLines({ window, coverage }: Analysis): string[] {
  const { days, start, end, timeZone } = window;
  const gapMinutes = coverage.gaps.reduce((sum, { minutes }) => sum + minutes, 0);
  const longest = [...coverage.gaps].sort((a, b) => b.minutes - a.minutes).slice(0, 3);
  const facts = [
    `${localTime(timeZone, start)} to ${localTime(timeZone, end)}, ${timeZone}: ${plural(days.length, 'day')}`,
    `${plural(coverage.samples, 'sample')} of ${coverage.sources.join(', ') || 'no source'}` +
      (coverage.userEnteredSamples > 0 ? `, ${coverage.userEnteredSamples} typed in by hand` : ''),
    ...(coverage.days.some(({ wornMinutes }) => wornMinutes !== null)
      ? [`${plural(coverage.validDays, 'valid day')} (worn at least 16 h)`]
      : []),
  ];
  if (gapMinutes > 0) {
    const list = longest.map((gap) => `${localTime(timeZone, gap.start)} for ${hours(gap.minutes)} h`);
    facts.push(
      `not worn for ${hours(gapMinutes)} h in ${plural(coverage.gaps.length, 'stretch', 'stretches')}, ` +
        `the longest: ${list.join('; ')}`,
    );
  }
  return ['Window', ...facts.flatMap((fact) => wrapped(fact, 96).map((line) => `  ${line}`))];
}

function sleepLines(
  { coverage, window }: Analysis,
  { nights, naps, missingNights, summary }: SleepSection,
): string[] {
  const zones = new Map(coverage.days.map(({ day, timeZone }) => [day, timeZone]));
  const rows = nights.map((night) => {
    const clock = (at: string | null) => (at === null ? '-' : localTime(zones.get(night.day)!, at).slice(-5));
    const { awakenings, awakeningsOver5Minutes: long, partial, estimated } = night;
    return [
      dayName(night.day),
      night.bedtime === 'healthkit' ? clock(night.start) : '-',
      clock(night.onset),
      clock(night.wake),
      night.tstMinutes === null ? '-' : hours(night.tstMinutes),
      percent(night.se),
      whole(night.solMinutes),
      whole(night.wasoMinutes),
      awakenings === null ? '-' : `${awakenings}/${long}`,
      stagesOf(night.stageMinutes),
      sources[night.source] +
        (partial ? `, partial: nothing from ${clock(partial.from)} to ${clock(partial.to)}` : '') +
        (estimated
          ? `, estimated: ${hours(estimated.tstMinutes.low)} to ${hours(estimated.tstMinutes.high)}`
          : ''),
    ];
  });
  const lines = rows.length
    ? table(
        ['night to', 'bed', 'onset', 'wake', 'TST', 'SE', 'SOL', 'WASO', 'wakes', 'stages', 'source'],
        rows,
        'lrrrrrrrrll',
      )
    : [];
  if (nights.length > 0) {
    lines.push('TST h:mm; SE sleep efficiency; SOL, WASO min; wakes: all / of 5 min or more');
    if (nights.some(({ stageMinutes }) => stageMinutes)) {
      lines.push('stages h:mm: C core, D deep, R REM, N NREM');
    }
    if (nights.some(({ estimated }) => estimated))
      lines.push('estimated from heart rate, with 90 % intervals');
  }
  const { tstMinutes: tst, sleep24hMinutes: all, se, midpoint, socialJetLag: lag } = summary;
  const means = [
    tst && `TST ${hours(tst.mean)} h`,
    all && naps.length > 0 && `with naps ${hours(all.mean)} h`,
    se && `SE ${percent(se.mean)}`,
    midpoint &&
      `middle of sleep ${midpoint.clock}` +
        (midpoint.minutes.sd === null ? '' : ` (SD ${whole(midpoint.minutes.sd)} min)`),
    lag && `${whole(Math.abs(lag.minutes))} min ${lag.minutes > 0 ? 'later' : 'earlier'} on free days`,
  ].filter((text) => typeof text === 'string');
  if (means.length > 0)
    lines.push(...wrapped(`mean of ${plural(summary.nights, 'night')}: ${means.join(', ')}`, 96));
  for (const nap of naps) {
    const zone = zones.get(nap.day) ?? window.timeZone;
    lines.push(
      `nap ${localTime(zone, nap.start)} to ${localTime(zone, nap.end).slice(-5)}, asleep ${hours(nap.tstMinutes)} h`,
    );
  }
  for (const [code, days] of groupBy(missingNights, ({ code }) => code)) {
    lines.push(
      ...wrapped(`no night on ${days.map(({ day }) => dayName(day)).join(', ')}: ${reasons[code]}`, 96),
    );
  }
  return lines;
}

/** The numbers say nothing to a reader; that they are there, and what of, does. */
function embeddingLines(embedding: Analysis['embedding']): string[] {
  if ('unavailable' in embedding) {
    const reason =
      embedding.unavailable === 'recording/not-enough-wear'
        ? 'it needs 7 days in a row with at least 16 hours of wear each'
        : reasons[embedding.unavailable];
    return [`Embedding: not available, ${reason}.`];
  }
  const { values, model, days, input, note } = embedding;
  const what = `${values.length} numbers by ${model.name} of the ${input} of ${days[0]!} to ${days.at(-1)!}`;
  return ['Embedding', ...[what, note].flatMap((text) => wrapped(text, 96).map((line) => `  ${line}`))];
}

function stagesOf(stages: SleepSection['nights'][number]['stageMinutes']): string {
  if (!stages) return '-';
  const letters = { core: 'C', deep: 'D', nrem: 'N', rem: 'R' } as const;
  return Object.entries(letters)
    .flatMap(([stage, letter]) => {
      const minutes = stages[stage as keyof typeof letters];
      return minutes === undefined ? [] : [letter + hours(minutes)];
    })
    .join(' ');
}

function activityLines({ days, steps }: Extract<Analysis['activity'], { days: unknown }>): string[] {
  const rows = days.map((day) => [
    dayName(day.day),
    whole(day.steps),
    day.distanceMeters === null ? '-' : (day.distanceMeters / 1000).toFixed(1),
    whole(day.activeEnergyKcal),
    whole(day.exerciseMinutes),
    whole(day.flightsClimbed),
    whole(day.minutesOver60StepsPerMinute),
    whole(day.minutesOver100StepsPerMinute),
    whole(day.sedentaryBouts),
    day.longestSedentaryMinutes === null ? '-' : hours(day.longestSedentaryMinutes),
  ]);
  const headings = [
    'day',
    'steps',
    'km',
    'kcal',
    'exercise',
    'floors',
    '>=60/min',
    '>=100/min',
    'sitting',
    'longest',
  ];
  return [
    ...table(headings, rows, 'lrrrrrrrrr'),
    'kcal active energy; exercise min; minutes at 60 and 100 steps/min or more; sitting: from 30 min on',
    ...(steps ? [`mean of ${plural(steps.n, 'whole day')}: ${whole(steps.mean)} steps`] : []),
  ];
}

function rhythmLines(rhythm: Extract<Analysis['rhythm'], { basis: unknown }>): string[] {
  const { basis, is, iv, ra, l5, m10, adat, kRa, kAr, cosinor, sri, sriBasis } = rhythm;
  const stretch = (of: typeof l5) =>
    of ? `${number(of.mean, 1)}/min from ${of.onset ?? 'no certain time'}` : '-';
  const lines = [
    `of ${basis === 'stepCount' ? 'steps' : 'activity counts'}`,
    `IS ${number(is, 3)}   IV ${number(iv, 3)}   RA ${number(ra, 3)}   SRI ${number(sri, 1)}` +
      (sriBasis === 'coleKripke' ? ' (of Cole-Kripke scores)' : ''),
    `L5 ${stretch(l5)}   M10 ${stretch(m10)}   mean daily total ${number(adat, 0)}`,
    `kRA ${number(kRa, 4)}   kAR ${number(kAr, 4)} per minute`,
  ];
  if (cosinor) {
    const { mesor, amplitude, acrophaseHour, r2 } = cosinor;
    const peak = acrophaseHour === null ? '-' : clockOf(acrophaseHour);
    lines.push(
      `cosinor: MESOR ${number(mesor, 2)}, amplitude ${number(amplitude, 2)}, peak at ${peak}, R2 ${number(r2, 3)}`,
    );
  }
  return lines;
}

function cardioLines(cardio: Extract<Analysis['cardio'], { hrv: unknown }>): string[] {
  const { restingHeartRate: resting, lowestSleepingHeartRate: lowest, heartRate, hrv } = cardio;
  const variability = (of: typeof hrv.day): string =>
    available(of)
      ? `${number(of.medianMs, 0)} ms (CV ${percent(of.cv)}, n ${of.n})`
      : reasons[of.unavailable];
  return [
    available(resting)
      ? `resting ${number(resting.bpm, 0)} bpm (as HealthKit tells, n ${resting.average.n})`
      : `resting: ${reasons[resting.unavailable]}`,
    ...(available(lowest)
      ? [
          `lowest asleep ${number(lowest.bpm, 0)} bpm (of half an hour, ${plural(lowest.nights.length, 'night')})`,
        ]
      : []),
    available(heartRate)
      ? `heart rate mean ${number(heartRate.meanBpm, 0)}, ${number(heartRate.minBpm, 0)} to ` +
        `${number(heartRate.maxBpm, 0)} bpm, in ${heartRate.minutes} measured minutes`
      : `heart rate: ${reasons[heartRate.unavailable]}`,
    `SDNN at night: ${variability(hrv.night)}; by day: ${variability(hrv.day)}`,
  ];
}

function respirationLines({
  breathing,
  oxygen,
}: Extract<Analysis['respiration'], { oxygen: unknown }>): string[] {
  return [
    available(breathing)
      ? `${number(breathing.median, 1)} breaths/min (SD ${number(breathing.sd, 1)}, ` +
        `${number(breathing.min, 1)} to ${number(breathing.max, 1)}, n ${breathing.n})`
      : `breathing rate: ${reasons[breathing.unavailable]}`,
    available(oxygen)
      ? `oxygen ${percent(oxygen.median)} (${percent(oxygen.min)} to ${percent(oxygen.max)}, ` +
        `${percent(oxygen.shareBelow90)} of the values below 90 %, n ${oxygen.n})`
      : `oxygen: ${reasons[oxygen.unavailable]}`,
  ];
}

function measureLines(measures: Analysis['measures']): string[] {
  if (measures.length === 0) return [];
  const rows = measures.map(({ type, unit, days, average }) => [
    type,
    number(average.mean, 2),
    unit,
    plural(days.length, 'day'),
  ]);
  return [
    'Other measurements',
    ...table(['type', 'mean', 'unit', 'days'], rows, 'lrlr').map((line) => `  ${line}`),
  ];
}

function actigraphyLines(sleep: NonNullable<Analysis['actigraphySleep']>): string[] {
  const { coleKripke, coleKripkeRescored, sadeh, scripps, oakley40 } = sleep;
  return [
    'Minutes asleep by activity counts',
    `  Cole-Kripke ${coleKripke}, rescored ${coleKripkeRescored}; Sadeh ${sadeh}; Scripps ${scripps}; Oakley at 40 ${oakley40}`,
  ];
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** `yyyy-mm-dd HH:MM` */
function localTime(timeZone: string, at: string): string {
  const ms = Date.parse(at);
  return new Date(ms + offsetAt(timeZone, ms)).toISOString().slice(0, 16).replace('T', ' ');
}

function hours(minutes: number): string {
  const rounded = Math.round(minutes);
  return `${Math.floor(rounded / 60)}:${String(rounded % 60).padStart(2, '0')}`;
}

function clockOf(hour: number): string {
  return hours(Math.round(hour * 60) % 1440).padStart(5, '0');
}

function whole(value: number | null): string {
  return number(value, 0);
}

function number(value: number | null, digits: number): string {
  return value === null ? '-' : value.toFixed(digits);
}

function percent(share: number | null): string {
  return share === null ? '-' : `${Math.round(share * 100)} %`;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
