import type { Unavailable, UnavailableCode } from '../../fault.ts';
import { isoInstant } from '../../instant.ts';
import { sleepMinutes } from '../../metrics/sleep.ts';
import type { Night } from '../../metrics/night.ts';
import { sleepSummary, type SleepSummary } from '../../metrics/sleep-summary.ts';
import type { Findings } from '../findings.ts';

type Instants = 'start' | 'end' | 'onset' | 'wake' | 'midpoint' | 'partial' | 'estimated';

/** A night as it is stored: instants in ISO 8601. */
export type NightDocument = Omit<Night, Instants> & {
  start: string;
  end: string;
  onset: string | null;
  wake: string | null;
  midpoint: string | null;
  partial: { from: string; to: string } | null;
  /** 90 % intervals. */
  estimated: { tstMinutes: { low: number; high: number }; midpoint: { low: string; high: string } } | null;
};

export interface NapDocument {
  /** The local day that it ends on. */
  day: string;
  start: string;
  end: string;
  tstMinutes: number;
}

export interface SleepSection {
  nights: NightDocument[];
  naps: NapDocument[];
  /** Days of the window without a night, and why. */
  missingNights: { day: string; code: UnavailableCode }[];
  summary: SleepSummary;
}

export function sleepSection(
  { preparation, sleep, nights }: Findings,
  freeDays?: readonly number[],
): SleepSection | Unavailable {
  const { naps, missing } = sleep;
  if (nights.length === 0 && naps.length === 0) {
    const codes = new Set(missing.map(({ code }) => code));
    return { unavailable: reasons.find((code) => codes.has(code)) ?? 'no-samples' };
  }
  const napMinutes = new Map<string, number>();
  for (const { day, period } of naps) napMinutes.set(day, (napMinutes.get(day) ?? 0) + sleepMinutes(period));
  return {
    nights: nights.map(nightDocument),
    naps: naps.map(({ day, period }) => ({
      day,
      start: isoInstant(period.start),
      end: isoInstant(period.end),
      tstMinutes: sleepMinutes(period),
    })),
    missingNights: missing,
    summary: sleepSummary(preparation.window, nights, napMinutes, freeDays),
  };
}

/** Where all nights are missing, the reason of which there is most to say. */
const reasons: UnavailableCode[] = [
  'model/too-uncertain',
  'partial',
  'too-sparse',
  'night-not-found',
  'watch-off',
];

export function nightDocument(night: Night): NightDocument {
  const instant = (at: number | null): string | null => (at === null ? null : isoInstant(at));
  const { partial, estimated } = night;
  return {
    ...night,
    start: isoInstant(night.start),
    end: isoInstant(night.end),
    onset: instant(night.onset),
    wake: instant(night.wake),
    midpoint: instant(night.midpoint),
    partial: partial && { from: isoInstant(partial.from), to: isoInstant(partial.to) },
    estimated: estimated && {
      tstMinutes: { low: estimated.tstMinutes[0], high: estimated.tstMinutes[1] },
      midpoint: { low: isoInstant(estimated.midpoint[0]), high: isoInstant(estimated.midpoint[1]) },
    },
  };
}
