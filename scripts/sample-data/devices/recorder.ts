import { isoInstant } from '../../../functions/src/domain/instant.ts';
import { minuteMs } from '../../../functions/src/domain/time.ts';
import type { Sample, SourceRevision } from '../healthkit.ts';
import type { Truth } from '../person.ts';
import type { Random } from '../random.ts';
import type { Span } from '../span.ts';

type Content = Pick<Sample, 'value' | 'unit' | 'categoryValue'>;

/** What a device sees of the truth, and where it puts its samples. */
export interface Recorder {
  truth: Truth;
  minuteAt: (ms: number) => number;
  /** Whether the watch is on the wrist. */
  wornAt: (ms: number) => boolean;
  /** Minutes of the truth, `from` to `to`. */
  wholeMinutes: (from: number, to: number) => Span;
  /** Adds a sample, cut at the end of the truth; none that begins outside it. */
  add: (
    sampleType: string,
    source: SourceRevision,
    span: Span,
    content: Content,
    metadata?: Sample['metadata'],
  ) => void;
}

/** A recorder that appends to `samples`. */
export function recorder(truth: Truth, timeZone: string, uuids: Random, samples: Sample[]): Recorder {
  const { startMs, endMs, worn } = truth;
  const minuteAt = (ms: number) => Math.floor((ms - startMs) / minuteMs);
  return {
    truth,
    minuteAt,
    wornAt: (ms) => worn[minuteAt(ms)] === 1,
    wholeMinutes: (from, to) => ({ fromMs: startMs + from * minuteMs, toMs: startMs + to * minuteMs }),
    add: (sampleType, source, span, content, metadata = {}) => {
      if (span.fromMs < startMs || span.fromMs >= endMs) return;
      samples.push({
        uuid: uuids.uuid(),
        sampleType,
        ...content,
        startDate: isoInstant(span.fromMs),
        endDate: isoInstant(Math.min(span.toMs, endMs)),
        metadata: { HKTimeZone: timeZone, ...metadata },
        sourceRevision: source,
      });
    },
  };
}

export interface Piece {
  from: number;
  to: number;
  kind: number;
}

/** Runs of minutes of the same kind (0 is left out), cut into pieces of at most `longest(kind)` minutes. */
export function cut(
  minutes: number,
  kindOf: (minute: number) => number,
  longest: (kind: number) => number,
): Piece[] {
  const pieces: Piece[] = [];
  for (let from = 0; from < minutes;) {
    const kind = kindOf(from);
    const limit = kind ? from + longest(kind) : Infinity;
    let to = from + 1;
    while (to < minutes && to < limit && kindOf(to) === kind) to++;
    if (kind) pieces.push({ from, to, kind });
    from = to;
  }
  return pieces;
}

/** Times inside the span, about `stepMs` apart. */
export function every(span: Span, stepMs: number, spreadMs: number, random: Random): number[] {
  const times: number[] = [];
  const step = () => Math.round(stepMs + random.uniform(-spreadMs, spreadMs));
  for (let ms = span.fromMs + step(); ms < span.toMs - minuteMs; ms += step()) times.push(ms);
  return times;
}

export const round = (value: number, digits: number): number => Number(value.toFixed(digits));
