import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Lines sorted by UTC day, on disk: an export is sorted by type first, so that any of its days is complete only at its end. */
export interface Spool {
  add(day: number, line: string): void;
  /** The days with lines, in order; after the last `add`. */
  days(): number[];
  /** The lines of a day, in the order in which they came. */
  read(day: number): string[];
  /** Days with more lines than any day can have; they have none here. */
  overfull(): number[];
}

/** Characters that wait in memory to be written. */
const mostWaiting = 8 * 1024 * 1024;
/** A day's document takes a third of that; lines may repeat each other. */
export const mostLinesADay = 100_000;

/** @param folder an empty one, which the caller removes */
export function openSpool(folder: string): Spool {
  const waiting = new Map<number, string[]>();
  const counts = new Map<number, number>();
  let waitingCharacters = 0;
  const fileOf = (day: number) => path.join(folder, `${day}.ndjson`);

  const flush = (): void => {
    for (const [day, lines] of waiting) appendFileSync(fileOf(day), `${lines.join('\n')}\n`, { mode: 0o600 });
    waiting.clear();
    waitingCharacters = 0;
  };
  const isOverfull = (day: number) => (counts.get(day) ?? 0) > mostLinesADay;

  return {
    add(day, line) {
      counts.set(day, (counts.get(day) ?? 0) + 1);
      if (isOverfull(day)) return;
      const lines = waiting.get(day);
      if (lines) lines.push(line);
      else waiting.set(day, [line]);
      waitingCharacters += line.length;
      if (waitingCharacters > mostWaiting) flush();
    },
    days() {
      flush();
      const days = readdirSync(folder).map((name) => Number(path.basename(name, '.ndjson')));
      return days.filter((day) => !isOverfull(day)).sort((a, b) => a - b);
    },
    read: (day) => readFileSync(fileOf(day), 'utf8').trimEnd().split('\n'),
    overfull: () => [...counts.keys()].filter(isOverfull).sort((a, b) => a - b),
  };
}
