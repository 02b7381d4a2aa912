import { createInterface } from 'node:readline';
import { PassThrough, pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { offsetAt } from '../../functions/src/domain/local-time.ts';
import { minuteMs } from '../../functions/src/domain/time.ts';
import type { Sample, Source } from '../../functions/src/domain/samples/sample.ts';
import { sampleTypes } from '../../functions/src/domain/samples/sample-types.ts';

const header = 'timestamp,activity';
const timestampPattern =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s?(Z|[+-]\d{2}:?\d{2})?$/;

interface Row {
  line: number;
  /** Clock time as if it were UTC, or the instant when the timestamp has an offset. */
  at: number;
  /** NaN for an empty cell. */
  activity: number;
}

/**
 * Counts of a research actigraph as samples, one an epoch.
 *
 * Such recordings are dated as their device's clock was set, some before 1970, so they do not pass the checks of
 * what a phone sends. Missing rows and empty cells are gaps: nothing was measured there.
 *
 * @param timeZone of timestamps without an offset, and of the days; UTC when it is not given
 * @throws RangeError that says in one sentence what is wrong
 */
export async function readActigraphy(
  body: Readable,
  timeZone: string | undefined,
): Promise<{ samples: Sample[]; notes: string[] }> {
  const { rows, local } = await readRows(body);
  const zone = timeZone ?? 'UTC';
  const notes: string[] = [];
  if (local && timeZone === undefined)
    notes.push('The timestamps are taken as UTC; --time-zone names another.');

  const { instants, steady } = local
    ? instantsOf(rows, zone)
    : { instants: rows.map(({ at }) => at), steady: false };
  if (steady)
    notes.push('The timestamps do not follow the change of the clocks; they are taken as they run.');
  const epochMs = epochOf(rows, instants);

  const source: Source = { kind: 'other', key: `actigraph|${epochMs} ms` };
  const samples: Sample[] = [];
  rows.forEach(({ activity }, i) => {
    if (Number.isNaN(activity)) return;
    const start = instants[i]!;
    samples.push({
      id: idOf(start, epochMs),
      type: 'activityCount',
      start,
      end: start + epochMs,
      value: activity,
      source,
      timeZone: zone,
      userEntered: false,
    });
  });
  if (samples.length === 0) throw new RangeError('No epoch has a value.');

  const epochs = Math.round((instants.at(-1)! - instants[0]!) / epochMs) + 1;
  const missing = epochs - samples.length;
  if (missing > 0) notes.push(`${missing} of ${epochs} epochs were not measured; they stay gaps.`);
  if (epochMs > minuteMs) {
    notes.push(
      `Epochs of ${epochMs / minuteMs} min are spread over their minutes: compare minutes asleep, kRa and kAr with care.`,
    );
  }
  return { samples, notes };
}

async function readRows(body: Readable): Promise<{ rows: Row[]; local: boolean }> {
  const rows: Row[] = [];
  let line = 0;
  let local: boolean | undefined;
  for await (const text of linesOf(body)) {
    line++;
    const cells = text.trim();
    if (line === 1) {
      if (cells.toLowerCase().replaceAll(/["\s]/g, '') === header) continue;
      throw new RangeError(`This is no actigraphy: the first line must be "${header}".`);
    }
    if (cells === '') continue;
    const comma = cells.indexOf(',');
    const stamp = readTimestamp(cells.slice(0, Math.max(0, comma)));
    if (!stamp)
      throw new RangeError(`Line ${line} does not begin with a date and time, like 2025-06-09T22:30:00.`);
    local ??= stamp.local;
    if (local !== stamp.local) {
      throw new RangeError(`Line ${line}: either all timestamps have an offset or none.`);
    }
    const last = rows.at(-1);
    rows.push({ line, at: stamp.at, activity: readActivity(cells.slice(comma + 1), line) });
    if (last && !local && stamp.at <= last.at) throw notLater(line);
  }
  if (line === 0) throw new RangeError('The file is empty.');
  if (rows.length < 2) throw new RangeError('Fewer than two epochs: how long one lasts cannot be told.');
  return { rows, local: local! };
}

/** Decompresses what begins like gzip, whatever its name. */
async function* linesOf(body: Readable): AsyncGenerator<string> {
  const bytes = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await bytes.next();
  if (first.done) return;
  const whole = Readable.from(
    (async function* () {
      yield first.value;
      for (let next = await bytes.next(); !next.done; next = await bytes.next()) yield next.value;
    })(),
  );
  const decoder = first.value[0] === 0x1f && first.value[1] === 0x8b ? createGunzip() : new PassThrough();
  // An error of either side ends the lines; it is thrown after them.
  let failure: unknown;
  pipeline(whole, decoder, (error) => (failure = error ?? undefined));
  for await (const line of createInterface({ input: decoder, crlfDelay: Infinity })) {
    yield line.replace(/^\uFEFF/, '');
  }
  if (failure) throw new RangeError('The file is not valid gzip, or it is cut off.', { cause: failure });
}

function readTimestamp(cell: string): { at: number; local: boolean } | undefined {
  const match = timestampPattern.exec(cell.trim().replace(/^"(.*)"$/, '$1'));
  if (!match) return undefined;
  const [, date, time, offset] = match;
  const at = Date.parse(`${date}T${time}${offset ?? 'Z'}`);
  // Date.parse makes 30 February the 2nd of March.
  const exists = new Date(`${date}T00:00:00Z`).toJSON()?.slice(0, 10) === date;
  return Number.isNaN(at) || !exists ? undefined : { at, local: offset === undefined };
}

function readActivity(cell: string, line: number): number {
  const text = cell.trim().replace(/^"(.*)"$/, '$1');
  if (text === '' || /^(nan|na|null)$/i.test(text)) return NaN;
  const activity = Number(text);
  const { min, max } = sampleTypes.activityCount;
  if (!(activity >= min && activity <= max)) throw new RangeError(`Line ${line}: the activity is no count.`);
  return activity;
}

/**
 * The instants of local clock times. An actigraph may follow the change of the clocks or run on; of the two the
 * reading that leaves fewer gaps is right.
 */
function instantsOf(rows: readonly Row[], timeZone: string): { instants: number[]; steady: boolean } {
  const offset = offsetAt(timeZone, rows[0]!.at - offsetAt(timeZone, rows[0]!.at));
  const running = rows.map(({ at }) => at - offset);
  const following: number[] = [];
  for (const { at } of rows) following.push(instantOf(timeZone, at, following.at(-1) ?? -Infinity));

  const breaks = (instants: readonly number[]): number => {
    const usual = instants[1]! - instants[0]!;
    let count = 0;
    for (let i = 1; i < instants.length; i++) {
      const step = instants[i]! - instants[i - 1]!;
      if (!(step > 0)) return Infinity;
      if (step !== usual) count++;
    }
    return count;
  };
  const steady = breaks(running) < breaks(following);
  return { instants: steady ? running : following, steady };
}

/** The first instant after `previous` at which clocks of the zone show `wall`; NaN when they skip it. */
function instantOf(timeZone: string, wall: number, previous: number): number {
  const halfDay = 43_200_000;
  const candidates = [wall - halfDay, wall + halfDay]
    .map((near) => wall - offsetAt(timeZone, near))
    .filter((at) => at + offsetAt(timeZone, at) === wall)
    .sort((a, b) => a - b);
  return candidates.find((at) => at > previous) ?? candidates[0] ?? NaN;
}

/** The epoch length, from the commonest step; every other step must be a whole number of epochs. */
function epochOf(rows: readonly Row[], instants: readonly number[]): number {
  const steps = new Map<number, number>();
  for (let i = 1; i < instants.length; i++) {
    const step = instants[i]! - instants[i - 1]!;
    if (!(step > 0)) throw notLater(rows[i]!.line);
    steps.set(step, (steps.get(step) ?? 0) + 1);
  }
  const [epochMs] = [...steps].reduce((most, entry) => (entry[1] > most[1] ? entry : most));
  if (minuteMs % epochMs !== 0 && epochMs % minuteMs !== 0) {
    throw new RangeError(
      `Epochs of ${epochMs / 1000} s cannot be used: their length must divide a minute or be a multiple of it.`,
    );
  }
  const odd = instants.findIndex((at, i) => i > 0 && (at - instants[i - 1]!) % epochMs !== 0);
  if (odd > 0) {
    throw new RangeError(
      `Line ${rows[odd]!.line} is not a whole number of ${epochMs / 1000} s epochs after the one before.`,
    );
  }
  return epochMs;
}

function notLater(line: number): RangeError {
  return new RangeError(`Line ${line} is not later than the one before.`);
}

/** An epoch is the same epoch in whatever file it comes again: its identity is its time. A uuid of version 8. */
function idOf(start: number, epochMs: number): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  // Years 1 to 9999 lie well within 47 bits to either side of 1970.
  return `${hex(epochMs, 8)}-0000-8000-8000-${hex(start + 2 ** 47, 12)}`;
}
