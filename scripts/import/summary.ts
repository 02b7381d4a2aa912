import type { Built } from './build-recordings.ts';
import type { Collected } from './collect.ts';
import { bytesText } from './progress.ts';

const mostShown = 15;

/** What an import would send and what it would not, for a person to read before anything is sent. */
export function summaryLines(
  collected: Pick<Collected, 'sources' | 'samplesOf' | 'leftOut'>,
  built: Built,
  timeZone: { name: string; from: string },
): string[] {
  const { recordings } = built;
  const samples = recordings.reduce((sum, one) => sum + one.samples, 0);
  const bytes = recordings.reduce((sum, one) => sum + one.sizeBytes, 0);
  const [first, last] = [recordings[0], recordings.at(-1)];
  if (!first || !last) return ['No sample in it can be used.', ...leftOutLines(collected, built)];
  return [
    `${several(samples, 'sample')} from ${first.firstDay} to ${last.lastDay}, in ${several(recordings.length, 'recording')}, ${bytesText(bytes)}`,
    `time zone of samples that name none: ${timeZone.name} (${timeZone.from})`,
    '',
    'kinds',
    ...kindLines(built),
    '',
    'sources',
    ...sourceLines(collected),
    ...leftOutLines(collected, built),
  ];
}

function kindLines({ kinds }: Built): string[] {
  const sorted = [...kinds].sort(([, a], [, b]) => b.count - a.count);
  const width = Math.max(...sorted.map(([name]) => name.length));
  return sorted.map(
    ([name, { count, firstDay, lastDay }]) =>
      `  ${name.padEnd(width)}  ${number(count).padStart(11)}  ${firstDay} to ${lastDay}`,
  );
}

/** Versions of one source are one line. */
function sourceLines({ sources, samplesOf }: Pick<Collected, 'sources' | 'samplesOf'>): string[] {
  const counts = new Map<string, number>();
  sources.forEach(({ name, hardware }, i) => {
    const label = printable(hardware ? `${name} (${hardware})` : name || 'no name');
    counts.set(label, (counts.get(label) ?? 0) + (samplesOf[i] ?? 0));
  });
  return countLines(counts, 'more sources');
}

function leftOutLines({ leftOut }: Pick<Collected, 'leftOut'>, built: Built): string[] {
  const counts = new Map([...leftOut, ...built.refused]);
  if (built.repeated > 0) counts.set('the same sample again', built.repeated);
  const lines = countLines(counts, 'for other reasons');
  const days = built.tooFull.map(
    ({ day, samples }) =>
      `  ${day}: ${Number.isFinite(samples) ? number(samples) : 'far more'} samples, more than one day takes; the day is left out`,
  );
  if (days.length > mostShown)
    days.splice(mostShown, Infinity, `  and ${days.length - mostShown} more such days`);
  return lines.length + days.length === 0 ? [] : ['', 'left out', ...lines, ...days];
}

function countLines(counts: ReadonlyMap<string, number>, rest: string): string[] {
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const shown = sorted.slice(0, mostShown);
  const others = sorted.slice(mostShown).reduce((sum, [, count]) => sum + count, 0);
  if (others > 0) shown.push([rest, others]);
  return shown.map(([name, count]) => `  ${number(count).padStart(11)}  ${printable(name)}`);
}

function several(count: number, what: string): string {
  return `${number(count)} ${what}${count === 1 ? '' : 's'}`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** Names come out of the file: they must not move the cursor. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?').slice(0, 100);
}
