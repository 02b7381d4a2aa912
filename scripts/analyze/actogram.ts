import { prepare } from '../../functions/src/domain/analysis/prepare.ts';
import type { Analysis } from '../../functions/src/domain/analysis/analysis.ts';
import type { Sample } from '../../functions/src/domain/samples/sample.ts';
import { available } from '../../functions/src/domain/narrative/facts.ts';
import { minuteTotals } from '../../functions/src/domain/samples/minutes.ts';
import { dayName } from './layout.ts';
import { minuteMs } from '../../functions/src/domain/time.ts';

const slots = 48;
const slotMinutes = 1440 / slots;
/** Activity of half an hour: none, then the quarters of what this recording holds. */
const levels = ['_', '▂', '▄', '▆', '█'];
const legend =
  'z asleep   _ still   ▂▄▆█ active   ~ worn, no activity measured   . not worn   blank: no recording';

/** One line a day, one character half an hour of local time: what is known of it, and where nothing is. */
export function actogram(analysis: Analysis, samples: readonly Sample[], window: number | 'all'): string[] {
  const { minutes } = prepare(samples, window)!;
  const type = samples.some((sample) => sample.type === 'activityCount') ? 'activityCount' : 'stepCount';
  const { resolved } = minuteTotals(minutes, samples, type);
  const asleep = asleepMinutes(analysis, minutes.start, minutes.count);

  const known = analysis.window.days.map(() => new Float64Array(slots));
  const slept = known.map(() => new Float64Array(slots));
  const worn = known.map(() => new Float64Array(slots));
  const measured = known.map(() => new Float64Array(slots));
  const activity = known.map(() => new Float64Array(slots));
  for (let i = 0; i < minutes.count; i++) {
    const [day, slot] = [minutes.day[i]!, Math.floor(minutes.clock[i]! / slotMinutes)];
    known[day]![slot]! += 1;
    slept[day]![slot]! += asleep[i]!;
    worn[day]![slot]! += minutes.worn[i]!;
    if (Number.isNaN(resolved[i]!)) continue;
    measured[day]![slot]! += 1;
    activity[day]![slot]! += resolved[i]!;
  }

  const active = activity.flatMap((day) => [...day].filter((value) => value > 0)).sort((a, b) => a - b);
  const levelOf = (value: number): string => {
    if (value === 0) return levels[0]!;
    const share = active.findIndex((other) => other >= value) / active.length;
    return levels[1 + Math.floor(share * 4)]!;
  };
  const mark = (day: number, slot: number): string => {
    const minutesKnown = known[day]![slot]!;
    if (minutesKnown === 0) return ' ';
    if (2 * slept[day]![slot]! >= minutesKnown) return 'z';
    if (activity[day]![slot]! > 0) return levelOf(activity[day]![slot]!);
    if (2 * worn[day]![slot]! < minutesKnown) return '.';
    return 2 * measured[day]![slot]! >= minutesKnown ? levels[0]! : '~';
  };

  const hours = Array.from({ length: 8 }, (_, i) =>
    String(3 * i)
      .padStart(2, '0')
      .padEnd(6),
  ).join('');
  return [
    'Days, half an hour a character',
    `  ${' '.repeat(16)}${hours.trimEnd()}`,
    ...analysis.window.days.map((day, d) => {
      const line = Array.from({ length: slots }, (_, slot) => mark(d, slot)).join('');
      return `  ${dayName(day)}  ${line}`.trimEnd();
    }),
    `  ${legend}`,
  ];
}

/** 1 for every minute between onset and final awakening of a night, and of naps. */
function asleepMinutes({ sleep }: Analysis, start: number, count: number): Uint8Array {
  const asleep = new Uint8Array(count);
  if (!available(sleep)) return asleep;
  const spans = [...sleep.nights.map(({ onset, wake }) => ({ start: onset, end: wake })), ...sleep.naps];
  for (const span of spans) {
    if (span.start === null || span.end === null) continue;
    const index = (at: string) => Math.max(0, Math.round((Date.parse(at) - start) / minuteMs));
    asleep.fill(1, index(span.start), index(span.end));
  }
  return asleep;
}
