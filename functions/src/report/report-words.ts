import type { UnavailableCode } from '../domain/fault.ts';
import type { NightMeasure } from '../domain/history/week-digest.ts';
import type { Language } from '../domain/languages.ts';
import type { Narrative } from '../domain/narrative/narrative.ts';
import type { SleepSource, SleepState } from '../domain/metrics/sleep.ts';

/** Where a number comes from. */
export type Origin = 'measured' | 'threshold' | 'formula' | 'model' | 'text';

/** Everything that a report says. `{...}` is filled in; `[one|many]` chooses by `{n}`. */
export interface ReportWords {
  title: string;
  skip: string;
  contents: string;
  /** Sections, in the order of the page. */
  sections: Record<
    'glance' | 'narrative' | 'days' | 'sleep' | 'heart' | 'rhythm' | 'comparison' | 'sources',
    string
  >;
  /** Every day of the week worn, or not. */
  coverage: string;
  gaps: string;
  typedIn: string;
  lateSamples: string;
  footer: string;
  unavailable: string;
  reasons: Record<UnavailableCode, string>;
  /** The summary line of the table behind a chart. */
  tableBehind: string;
  scrollable: string;

  narrative: {
    by: Record<Narrative['source'] | 'stand-in', string>;
    missing: string;
    otherLanguage: string;
    suggestions: string;
  };
  languageNames: Record<Language, string>;

  facts: Record<string, string>;
  units: Record<string, string>;
  change: Record<'higher' | 'lower' | 'same', string>;
  weekBefore: string;
  noWeekBefore: string;
  nothingInBoth: string;
  comparison: { what: string; now: string; before: string; change: string };

  actogram: {
    title: string;
    description: string;
    note: string;
    none: string;
    asleep: string;
    activity: Record<'activityCount' | 'stepCount', string>;
    unmeasured: string;
    uncounted: string;
    outside: string;
    table: string;
    spanTable: string;
    spanNone: string;
    time: string;
    day: string;
    from: string;
    to: string;
    state: string;
  };

  hypnogram: {
    title: string;
    description: string;
    note: string;
    table: string;
    notMeasured: string;
    onlyTotal: string;
    states: Record<SleepState, string>;
  };
  nights: {
    title: string;
    night: string;
    bed: string;
    onset: string;
    wake: string;
    asleep: string;
    efficiency: string;
    latency: string;
    waso: string;
    awakenings: string;
    source: string;
    sources: Record<SleepSource, string>;
    estimated: string;
    about: string;
    partly: string;
    meanOf: string;
    unusual: string;
    measures: Record<NightMeasure, string>;
    missing: string;
    nap: string;
    legend: string;
  };

  heartRate: {
    title: string;
    description: string;
    note: string;
    band: string;
    median: string;
    unmeasured: string;
    table: string;
    low: string;
    high: string;
    minutes: string;
    resting: string;
    lowest: string;
    none: string;
  };
  hrv: {
    title: string;
    description: string;
    note: string;
    night: string;
    waking: string;
    table: string;
    median: string;
    values: string;
    none: string;
  };

  measures: Record<'title' | 'type' | 'mean' | 'days' | 'source', string>;

  rhythm: {
    title: string;
    description: string;
    note: string;
    l5: string;
    m10: string;
    profile: string;
    from: string;
    noOnset: string;
    table: string;
    hour: string;
    mean: string;
    is: string;
    iv: string;
    ra: string;
    sri: string;
    number: string;
    tooLittle: string;
    meanings: Record<'is' | 'iv' | 'ra' | 'sri', string>;
  };

  sources: {
    intro: string;
    origins: Record<Origin, string>;
    rows: Record<
      | 'wear'
      | 'steps'
      | 'asleep'
      | 'nights'
      | 'modelNights'
      | 'estimated'
      | 'heartRate'
      | 'restingOwn'
      | 'lowestSleep'
      | 'hrv'
      | 'respiration'
      | 'rhythm'
      | 'sri'
      | 'jetLag'
      | 'generated'
      | 'template',
      { what: string; how: string }
    >;
    samples: string;
    kinds: Record<'watch' | 'phone' | 'other', string>;
    model: string;
  };
}
