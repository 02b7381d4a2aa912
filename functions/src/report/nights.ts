import type { NightDocument, SleepSection } from '../domain/analysis/sections/sleep.ts';
import type { NightMeasure } from '../domain/history/week-digest.ts';
import { clockMinute } from '../domain/local-time.ts';
import type { Average } from '../domain/metrics/statistics.ts';
import { h, type Content, type Element } from './element.ts';
import { fill } from './format.ts';
import { paragraph, table, type Context } from './parts.ts';

const stages = ['deep', 'core', 'nrem', 'rem'] as const;

/** The nights of the analysis, what is missing, and the naps. */
export function nightsTable(context: Context, sleep: SleepSection): Element {
  const { words } = context;
  const { nights: own, hypnogram } = words;
  const shown = stages.filter((stage) =>
    sleep.nights.some(({ stageMinutes }) => stageMinutes?.[stage] !== undefined),
  );
  const headings = [
    own.night,
    own.bed,
    own.onset,
    own.wake,
    own.asleep,
    own.efficiency,
    own.latency,
    own.waso,
    own.awakenings,
    ...shown.map((stage) => hypnogram.states[stage]),
    own.source,
  ];
  const rows: Content[][] = sleep.nights.map((night) => nightRow(context, night, shown));
  if (sleep.summary.nights > 1) rows.push(meanRow(context, sleep, shown.length));
  const tableOfNights =
    sleep.nights.length > 0
      ? [h('h3', null, own.title), table(context, own.title, headings, rows), paragraph(own.legend, 'small')]
      : [];
  return h(
    'div',
    null,
    ...tableOfNights,
    ...missingSentences(context, sleep),
    ...napSentences(context, sleep),
    ...unusualSentences(context),
  );
}

function nightRow(
  context: Context,
  night: NightDocument,
  shown: readonly (typeof stages)[number][],
): string[] {
  const { words, format } = context;
  const clock = (at: string | null) => (at === null ? '–' : clockOf(context, night.day, at));
  const whole = (value: number | null) => (value === null ? '–' : format.number(value));
  const { awakenings, awakeningsOver5Minutes, stageMinutes, bedtime, estimated } = night;
  const about = (at: string | null) =>
    estimated && at ? fill(words.nights.about, { time: clock(at) }) : clock(at);
  return [
    format.shortDay(night.day),
    bedtime === 'healthkit' ? `${clock(night.start)}–${clock(night.end)}` : '–',
    about(night.onset),
    about(night.wake),
    night.tstMinutes === null
      ? '–'
      : format.hours(night.tstMinutes) +
        (estimated
          ? ` (${format.hours(estimated.tstMinutes.low)}–${format.hours(estimated.tstMinutes.high)})`
          : ''),
    night.se === null ? '–' : format.percent(night.se),
    whole(night.solMinutes),
    whole(night.wasoMinutes),
    awakenings === null ? '–' : `${awakenings} / ${awakeningsOver5Minutes ?? '–'}`,
    ...shown.map((stage) => {
      const minutes = stageMinutes?.[stage];
      return minutes === undefined ? '–' : format.hours(minutes);
    }),
    [words.nights.sources[night.source], remark(context, night)].filter((text) => text !== '').join('; '),
  ];
}

/** What must be said of a night that is not a whole, measured one. */
function remark(context: Context, { day, partial, estimated }: NightDocument): string {
  const { words } = context;
  if (estimated) return words.nights.estimated;
  if (!partial) return '';
  const [from, to] = [partial.from, partial.to].map((at) => clockOf(context, day, at));
  return fill(words.nights.partly, { from: from!, to: to! });
}

/** Local time of an instant, in the zone of the day that it is told with. */
function clockOf({ report, format }: Context, day: string, at: string): string {
  const { coverage, window } = report.analysis;
  const zone = coverage.days.find((candidate) => candidate.day === day)?.timeZone ?? window.timeZone;
  return format.clock(clockMinute(zone, Date.parse(at)));
}

/** Over the nights that may be averaged; how many they are stands beside it. */
function meanRow({ words, format }: Context, { summary }: SleepSection, stageColumns: number): string[] {
  const known = (average: Average | null, write: (value: number) => string) =>
    average === null ? '–' : write(average.mean);
  return [
    fill(words.nights.meanOf, { n: summary.nights }),
    '',
    '',
    '',
    known(summary.tstMinutes, format.hours),
    known(summary.se, format.percent),
    known(summary.solMinutes, (value) => format.number(value)),
    known(summary.wasoMinutes, (value) => format.number(value)),
    ...Array.from({ length: stageColumns + 2 }, () => ''),
  ];
}

function missingSentences({ words, format }: Context, { missingNights }: SleepSection): Element[] {
  const byReason = Map.groupBy(missingNights, ({ code }) => code);
  return [...byReason].map(([code, nights]) => {
    const days = nights.map(({ day }) => format.day(day)).join('; ');
    return paragraph(`${fill(words.nights.missing, { days })} ${words.reasons[code]}`);
  });
}

function napSentences(context: Context, { naps }: SleepSection): Element[] {
  const { words, format } = context;
  return naps.map(({ day, start, end, tstMinutes }) =>
    paragraph(
      fill(words.nights.nap, {
        day: format.day(day),
        from: clockOf(context, day, start),
        to: clockOf(context, day, end),
        asleep: format.hours(tstMinutes),
      }),
    ),
  );
}

/** Nights of which two measures or more lie outside of what is usual for the person: where, and nothing more. */
function unusualSentences({ report, words, format }: Context): Element[] {
  const { flags } = report.analysis.typical;
  const written: Partial<Record<NightMeasure, (value: number) => string>> = {
    tstMinutes: format.hours,
    midpointMinutes: (value) => format.clock((Math.round(value) + 1440) % 1440),
    oxygen: format.percent,
  };
  return [...Map.groupBy(flags, ({ day }) => day).values()]
    .filter((own) => own.length > 1)
    .flat()
    .map(({ day, measure, value, low, high, nights }) => {
      const write = written[measure] ?? ((number: number) => format.number(number, 1));
      return paragraph(
        fill(words.nights.unusual, {
          day: format.day(day),
          what: words.nights.measures[measure],
          value: write(value),
          low: write(low),
          high: write(high),
          nights,
        }),
      );
    });
}
