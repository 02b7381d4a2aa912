import type { Unavailable, UnavailableCode } from '../../fault.ts';
import { isoInstant } from '../../instant.ts';
import { minuteMs } from '../../time.ts';
import { asleepMs, type Night } from '../../metrics/sleep.ts';
import { sleepSummary, type SleepSummary } from '../../metrics/sleep-summary.ts';
import type { Preparation } from '../prepare.ts';

export type NightDocument = Omit<Night, 'start' | 'end' | 'onset' | 'wake' | 'midpoint'> & {
  start: string;
  end: string;
  onset: string | null;
  wake: string | null;
  midpoint: string | null;
};

export interface SleepSection {
  nights: NightDocument[];
  naps: { day: string; start: string; end: string; tstMinutes: number }[];
  /** Days of the window without a night, and why. */
  missingNights: { day: string; code: UnavailableCode }[];
  summary: SleepSummary;
}

/** @param tooUncertain days of nights that are too unlike those the model was evaluated on */
export function sleepSection(
  { window, episodes, samples }: Preparation,
  nights: readonly Night[],
  tooUncertain: ReadonlySet<string> = new Set(),
): SleepSection | Unavailable {
  const naps = [...episodes].flatMap(([day, entry]) =>
    entry.naps
      .filter(({ segments }) => asleepMs(segments) > 0)
      .map(({ start, end, segments }) => ({
        day,
        start: isoInstant(start),
        end: isoInstant(end),
        tstMinutes: asleepMs(segments) / minuteMs,
      })),
  );
  if (nights.length === 0 && naps.length === 0) {
    const inBed = samples.some(({ type }) => type === 'sleepAnalysis');
    const reason = inBed ? 'model/no-heart-rate' : 'no-samples';
    return { unavailable: tooUncertain.size > 0 ? 'model/too-uncertain' : reason };
  }
  const reasonOf = (day: string): UnavailableCode =>
    tooUncertain.has(day)
      ? 'model/too-uncertain'
      : episodes.get(day)!.main
        ? 'model/no-heart-rate'
        : 'no-samples';
  const missingNights = window.days
    .filter(({ day }) => !nights.some((night) => night.day === day))
    .map(({ day }) => ({ day, code: reasonOf(day) }));
  return { nights: nights.map(nightDocument), naps, missingNights, summary: sleepSummary(window, nights) };
}

function nightDocument(night: Night): NightDocument {
  const instant = (at: number | null): string | null => (at === null ? null : isoInstant(at));
  return {
    ...night,
    start: isoInstant(night.start),
    end: isoInstant(night.end),
    onset: instant(night.onset),
    wake: instant(night.wake),
    midpoint: instant(night.midpoint),
  };
}
