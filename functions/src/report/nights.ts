import type { NightDocument, SleepSection } from '../domain/analysis/sections/sleep.ts';
import { clockMinute } from '../domain/local-time.ts';
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
  if (sleep.nights.length > 1) rows.push(meanRow(context, sleep, shown.length));
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
  const { awakenings, awakeningsOver5Minutes, stageMinutes, bedtime } = night;
  return [
    format.shortDay(night.day),
    clock(night.start) + (bedtime === 'estimated' ? ` (${words.nights.estimated})` : ''),
    clock(night.onset),
    clock(night.wake),
    format.hours(night.tstMinutes),
    format.percent(night.se),
    whole(night.solMinutes),
    whole(night.wasoMinutes),
    awakenings === null ? '–' : `${awakenings} / ${awakeningsOver5Minutes ?? '–'}`,
    ...shown.map((stage) => {
      const minutes = stageMinutes?.[stage];
      return minutes === undefined ? '–' : format.hours(minutes);
    }),
    words.nights.sources[night.source],
  ];
}

/** Local time of an instant, in the zone of the day that it is told with. */
function clockOf({ report, format }: Context, day: string, at: string): string {
  const { coverage, window } = report.analysis;
  const zone = coverage.days.find((candidate) => candidate.day === day)?.timeZone ?? window.timeZone;
  return format.clock(clockMinute(zone, Date.parse(at)));
}

function meanRow({ words, format }: Context, { summary }: SleepSection, stageColumns: number): string[] {
  const known = (value: number | null, write: (value: number) => string) =>
    value === null ? '–' : write(value);
  return [
    words.nights.mean,
    '',
    '',
    '',
    known(summary.meanTstMinutes, format.hours),
    known(summary.meanSe, format.percent),
    known(summary.meanSolMinutes, (value) => format.number(value)),
    known(summary.meanWasoMinutes, (value) => format.number(value)),
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
