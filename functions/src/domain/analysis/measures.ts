import { sumByDay } from '../metrics/activity.ts';
import { averageOf, median, type Average } from '../metrics/statistics.ts';
import { localDay } from '../local-time.ts';
import { minuteTotals } from '../samples/minutes.ts';
import type { Sample, SourceKind } from '../samples/sample.ts';
import { canonicalUnit, ruleOf, sampleTypeNames, type SampleType } from '../samples/sample-types.ts';
import { minuteMs } from '../time.ts';
import { ofType } from './by-type.ts';
import type { Findings } from './findings.ts';

/** One type that has no formulas of its own, as the table of types says to tell it. None of it is judged. */
export interface Measure {
  type: SampleType;
  unit: string;
  days: MeasureDay[];
  /** Of the days' values. */
  average: Average;
}

export interface MeasureDay {
  day: string;
  value: number;
  /** Samples behind the value. */
  n: number;
  /** Kind of source that they come from. */
  source: SourceKind;
}

/** The types of the table that were measured in the window, in the order of the table. */
export function measuresOf(findings: Findings): Measure[] {
  return sampleTypeNames.flatMap((type) => {
    const { told } = ruleOf(type);
    if (told === undefined || told === 'finding' || !findings.byType.has(type)) return [];
    const days = told === 'sum' ? sums(findings, type) : values(findings, type, told);
    const average = averageOf(days.map(({ value }) => value));
    const unit = told === 'minutes' ? 'min' : canonicalUnit(type);
    return average ? [{ type, unit, days, average }] : [];
  });
}

function sums({ preparation: { window, minutes }, byType }: Findings, type: SampleType): MeasureDay[] {
  const samples = ofType(byType, type);
  const totals = sumByDay(window, minutes, minuteTotals(minutes, samples, type).total);
  return window.days.flatMap(({ day, timeZone }, d) => {
    const own = samples.filter(({ start }) => localDay(timeZone, start) === day);
    const value = totals[d]!;
    return value === null || own.length === 0
      ? []
      : [{ day, value, n: own.length, source: own[0]!.source.kind }];
  });
}

/** A day's values are those of one source, the one with the most of them: two scales or meters are not mixed. */
function values(
  { preparation: { window }, byType }: Findings,
  type: SampleType,
  told: 'last' | 'median' | 'minutes',
): MeasureDay[] {
  const samples = ofType(byType, type);
  return window.days.flatMap(({ day, timeZone }) => {
    const ofDay = samples.filter(({ end }) => localDay(timeZone, Math.max(0, end - 1)) === day);
    const bySource = [...Map.groupBy(ofDay, ({ source }) => `${source.kind}|${source.key}`)];
    const [most] = bySource.sort(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1));
    if (!most) return [];
    const own = most[1];
    return [{ day, value: valueOf(own, told), n: own.length, source: own[0]!.source.kind }];
  });
}

function valueOf(samples: readonly Sample[], told: 'last' | 'median' | 'minutes'): number {
  if (told === 'last') return samples.at(-1)!.value;
  if (told === 'median') return median(samples.map(({ value }) => value));
  return samples.reduce((sum, { start, end }) => sum + (end - start) / minuteMs, 0);
}
