import type { Minutes } from '../samples/minutes.ts';
import type { Sample, SourceKind } from '../samples/sample.ts';
import type { Window } from '../samples/window.ts';
import { minuteMs } from '../time.ts';

export interface DayCoverage {
  day: string;
  timeZone: string;
  /** Minutes of the day that the window reaches, 1440 on a plain whole day. */
  minutes: number;
  /** Null where nothing tells when a wearable was worn. */
  wornMinutes: number | null;
  /** Known to be worn for at least 16 hours. */
  valid: boolean;
}

export interface Gap {
  /** ISO 8601 */
  start: string;
  end: string;
  minutes: number;
}

/** What was measured and what was not. Nothing missing is filled in anywhere. */
export interface Coverage {
  days: DayCoverage[];
  validDays: number;
  /** Stretches in which no wearable was worn, in time order; none before anything was known of the person. */
  gaps: Gap[];
  /** Kinds of sources that contributed. */
  sources: SourceKind[];
  samples: number;
  /** Samples that the person typed in rather than measured. */
  userEnteredSamples: number;
}

/** Wear that makes a day valid, and valid days that make a rhythm: the usual minima of actigraphy. */
export const validDayMinutes = 16 * 60;
export const validDaysForRhythm = 5;

/** @param samples in the order of time, the day before the window among them */
export function coverageOf(window: Window, minutes: Minutes, samples: readonly Sample[]): Coverage {
  const total = new Array<number>(window.days.length).fill(0);
  const worn = new Array<number>(window.days.length).fill(0);
  const gaps: Gap[] = [];
  const firstKnown = ((samples[0]?.start ?? Infinity) - minutes.start) / minuteMs;
  let gapStart = -1;
  for (let i = 0; i <= minutes.count; i++) {
    if (i < minutes.count) {
      total[minutes.day[i]!]! += 1;
      worn[minutes.day[i]!]! += minutes.worn[i]!;
    }
    const off = i < minutes.count && minutes.wearKnown && minutes.worn[i] === 0 && i >= firstKnown;
    if (off && gapStart < 0) gapStart = i;
    if (!off && gapStart >= 0) {
      gaps.push({ start: instant(minutes, gapStart), end: instant(minutes, i), minutes: i - gapStart });
      gapStart = -1;
    }
  }
  const days = window.days.map(({ day, timeZone }, d) => ({
    day,
    timeZone,
    minutes: total[d]!,
    wornMinutes: minutes.wearKnown ? worn[d]! : null,
    valid: worn[d]! >= validDayMinutes,
  }));
  const inWindow = samples.filter(({ start, end }) => end >= window.start && start < window.end);
  return {
    days,
    validDays: days.filter(({ valid }) => valid).length,
    gaps,
    sources: (['watch', 'phone', 'other'] as const).filter((kind) =>
      inWindow.some(({ source }) => source.kind === kind),
    ),
    samples: inWindow.length,
    userEnteredSamples: inWindow.filter(({ userEntered }) => userEntered).length,
  };
}

function instant(minutes: Minutes, index: number): string {
  return new Date(minutes.start + index * minuteMs).toISOString();
}
