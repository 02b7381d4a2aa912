import { offsetAt } from '../../functions/src/domain/local-time.ts';
import { minuteMs } from '../../functions/src/domain/time.ts';
import { sleepValue } from '../../functions/src/domain/samples/sample-types.ts';
import type { ExportedSample } from './exported-sample.ts';
import type { Collector } from './collect.ts';

interface Kind {
  sample: (
    value: number,
  ) => Pick<ExportedSample['sample'], 'sampleType' | 'value' | 'unit' | 'categoryValue'> | undefined;
  lengthMs: number;
}

/**
 * What each file holds, by its header. Sleep: 1 asleep, 2 restless, 3 awake (Fitabase data dictionary); Fitbit itself counts
 * restless minutes as awake.
 */
const kinds: Record<string, Kind> = {
  'Id,Time,Value': {
    sample: (value) => ({ sampleType: 'heartRate', value, unit: 'count/min' }),
    lengthMs: 0,
  },
  'Id,ActivityMinute,Steps': {
    sample: (value) => ({ sampleType: 'stepCount', value, unit: 'count' }),
    lengthMs: minuteMs,
  },
  'Id,date,value,logId': {
    sample: (value) => {
      if (value === 1) return { sampleType: 'sleepAnalysis', categoryValue: sleepValue.asleep };
      if (value === 2 || value === 3) return { sampleType: 'sleepAnalysis', categoryValue: sleepValue.awake };
      return undefined;
    },
    lengthMs: minuteMs,
  },
};

const source = { name: 'Fitabase', version: '', hardware: 'Fitbit' };
const longestLine = 1000;

/**
 * Reads one of Fitabase's minute files into the collector.
 *
 * @param timeZone of its clock times, which name none
 * @param person whose rows are read, where the file holds several people
 * @throws RangeError whose sentence says what is wrong with the file
 */
export async function readFitabase(
  bytes: AsyncIterable<Uint8Array>,
  { timeZone, person }: { timeZone: string; person: string | undefined },
  into: Pick<Collector, 'add' | 'leaveOut'>,
): Promise<void> {
  let kind: Kind | undefined;
  let only = person;
  for await (const text of linesOf(bytes)) {
    if (!kind) {
      kind = kinds[text.replace(/^\uFEFF/, '').trim()];
      if (!kind)
        throw new RangeError(`This is no Fitabase file that is read: it begins with "${text.slice(0, 60)}".`);
      continue;
    }
    if (text.trim() === '') continue;
    const [id, stamp, value] = text.split(',') as [string, string?, string?];
    only ??= id;
    if (id !== only) {
      if (person === undefined)
        throw new RangeError('The file holds several people: name one with --person.');
      continue;
    }
    const start = instantOf(stamp ?? '', timeZone);
    const sample = value === undefined || value.trim() === '' ? undefined : kind.sample(Number(value));
    if (start === undefined || !sample) {
      into.leaveOut('a row without a date or a known value');
      continue;
    }
    const dates = { startDate: iso(start), endDate: iso(start + kind.lengthMs) };
    into.add({ sample: { ...sample, ...dates }, start, source });
  }
  if (!kind) throw new RangeError('The file is empty.');
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    rest = lines.pop()!;
    if (rest.length > longestLine) throw new RangeError('A line is too long for a Fitabase file.');
    yield* lines;
  }
  if (rest !== '') yield rest;
}

const stampPattern = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d\d):(\d\d) (AM|PM)$/;

/** `4/12/2016 7:21:00 AM` on clocks of the zone. In the hour that clocks go through twice, one of the two. */
function instantOf(stamp: string, timeZone: string): number | undefined {
  const match = stampPattern.exec(stamp);
  if (!match) return undefined;
  const [month, day, year, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const wall = Date.UTC(year, month - 1, day, (hour % 12) + (match[7] === 'PM' ? 12 : 0), minute, second);
  if (new Date(wall).getUTCMonth() !== month - 1 || hour < 1 || hour > 12 || minute > 59 || second > 59)
    return undefined;
  return wall - offsetAt(timeZone, wall - offsetAt(timeZone, wall));
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
