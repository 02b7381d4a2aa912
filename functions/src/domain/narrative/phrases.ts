import { decimalMark, type Language } from '../languages.ts';
import { weekday } from '../local-time.ts';
import type { Insight, Measured, Slot } from './plan.ts';
import { texts } from './texts-by-language.ts';

/** A reviewed sentence with what it is about filled in; it begins as the sentence does. */
export function filled(frame: string, { slots, count }: Insight, language: Language): string {
  return frame
    .replace(/\[([^|\]]*)\|([^\]]*)\]/g, (_, one: string, many: string) => (count === 1 ? one : many))
    .replace(/\{(\w+)\}/g, (_, name: string) => phraseOf(slots[name]!, language));
}

/** The slots that a sentence has. */
export function slotsIn(frame: string): string[] {
  return [...frame.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
}

function phraseOf(slot: Slot, language: Language): string {
  const { measures, directions, days } = texts[language];
  switch (slot.is) {
    case 'value':
      return written(slot.value, slot.unit, language);
    case 'days':
      return listed(
        // The week of a language begins on Monday, that of a calendar on Sunday.
        slot.days.map((day) => days[(weekday(day) + 6) % 7]!),
        language,
      );
    case 'direction':
      return directions[slot.direction];
    case 'measure':
      return measures[slot.measure]!;
    case 'measures':
      return listed(
        slot.list.map((one) => withValue(one, language)),
        language,
      );
  }
}

function withValue({ measure, value, unit }: Measured, language: Language): string {
  return `${texts[language].measures[measure]!} (${written(value, unit, language)})`;
}

function listed(items: readonly string[], language: Language): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} ${texts[language].and} ${last}`;
}

function written(value: number | string, unit: string, language: Language): string {
  const { units, clock } = texts[language];
  if (unit === 'clock') return clock[String(value).startsWith('01:') ? 0 : 1].replace('#', String(value));
  if (unit === 'min') return duration(Number(value), language);
  return (units[unit] ?? '#').replace('#', grouped(Number(value), language));
}

/** `7 h 26 min`: it inflects in none of the languages. */
function duration(minutes: number, language: Language): string {
  const { units } = texts[language];
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [
    ...(hours > 0 ? [units['h']!.replace('#', grouped(hours, language))] : []),
    ...(rest > 0 || hours === 0 ? [units['min']!.replace('#', String(rest))] : []),
  ].join(' ');
}

/** Grouped thousands and the decimal mark of the language. */
function grouped(value: number, language: Language): string {
  const [whole, fraction] = String(value).split('.') as [string, string | undefined];
  const mark = decimalMark[language];
  // Four digits stay together in Spanish, and are grouped elsewhere.
  const least = language === 'es' ? 4 : 3;
  const thousands =
    whole.length > least ? whole.replace(/\B(?=(\d{3})+$)/g, mark === '.' ? ',' : '.') : whole;
  return fraction ? `${thousands}${mark}${fraction}` : thousands;
}
