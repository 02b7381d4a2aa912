// Puts the documents of a journey into a few readable lines.
import { authorOf, type Narrative } from '../../functions/src/domain/narrative/narrative.ts';

/** An object whose fields are looked at one by one. */
type Fields = Record<string, unknown>;

const isMap = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

function number(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}

function scalar(value: unknown): string | undefined {
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `${value.length} entries`;
  return undefined;
}

/** `name value` of every plain value, `name.inner value` of those one level deeper. */
function values(section: Fields, prefix = ''): string[] {
  return Object.entries(section).flatMap(([name, value]) => {
    if (isMap(value)) return prefix === '' ? values(value, `${name}.`) : [];
    const text = scalar(value);
    return text === undefined ? [] : [`${prefix}${name} ${text}`];
  });
}

const mostValues = 10;

/** The values of a section, or the reason why it has none. */
function sectionLine(section: Fields): string {
  if (section['unavailable'] !== undefined) return `unavailable (${scalar(section['unavailable']) ?? '?'})`;
  return values(section).slice(0, mostValues).join(', ');
}

const sections = ['window', 'coverage', 'activity', 'rhythm', 'sleep', 'cardio', 'respiration'];

export function analysisLines(analysis: object): string[] {
  const lines: string[] = [];
  for (const name of sections) {
    const section = (analysis as Fields)[name];
    if (isMap(section)) lines.push(`${name.padEnd(12)} ${sectionLine(section)}`);
  }
  return lines;
}

const writtenBy: Partial<Record<string, string>> = {
  gemini: 'written with Gemini from your numbers, each checked',
  template: 'written from a template',
  'stand-in': 'written by a stand-in for Gemini from your numbers, each checked',
};

export function narrativeLines(
  narrative: Pick<Narrative, 'modelVersion' | 'summary' | 'highlights' | 'suggestions'> & { source: string },
): string[] {
  const { summary, highlights, suggestions } = narrative;
  const author = authorOf(narrative);
  return [
    `(${writtenBy[author] ?? author})`,
    summary,
    ...highlights,
    ...suggestions.map((line) => `  > ${line}`),
  ];
}
