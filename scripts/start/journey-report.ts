// Puts the documents of a journey into a few readable lines.
import type { DocumentData, Value } from '../client/firestore-rest.ts';

const isMap = (value: Value | undefined): value is Record<string, Value> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

function number(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}

function scalar(value: Value): string | undefined {
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `${value.length} entries`;
  return undefined;
}

/** `name value` of every plain value, `name.inner value` of those one level deeper. */
function values(section: Record<string, Value>, prefix = ''): string[] {
  return Object.entries(section).flatMap(([name, value]) => {
    if (isMap(value)) return prefix === '' ? values(value, `${name}.`) : [];
    const text = scalar(value);
    return text === undefined ? [] : [`${prefix}${name} ${text}`];
  });
}

const mostValues = 10;

/** The values of a section, or the reason why it has none. */
function sectionLine(section: Record<string, Value>): string {
  if (section['unavailable'] !== undefined) return `unavailable (${scalar(section['unavailable']) ?? '?'})`;
  return values(section).slice(0, mostValues).join(', ');
}

const sections = ['window', 'coverage', 'activity', 'rhythm', 'sleep', 'cardio', 'respiration'];

export function analysisLines(analysis: DocumentData): string[] {
  const lines: string[] = [];
  for (const name of sections) {
    const section = analysis[name];
    if (isMap(section)) lines.push(`${name.padEnd(12)} ${sectionLine(section)}`);
  }
  return lines;
}

function strings(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function narrativeLines(narrative: DocumentData): string[] {
  const text = (name: string) => scalar(narrative[name] ?? '') ?? '';
  return [
    `(${text('source')}, ${text('language')})`,
    text('summary'),
    ...strings(narrative['highlights']).map((line) => `  * ${line}`),
    ...strings(narrative['suggestions']).map((line) => `  > ${line}`),
  ];
}
