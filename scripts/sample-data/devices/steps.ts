import { minuteMs } from '../../../functions/src/domain/time.ts';
import { phone, watch, type SourceRevision } from '../healthkit.ts';
import type { DayPlan, Truth } from '../person.ts';
import type { Random } from '../random.ts';
import type { Span } from '../span.ts';
import { cut, round, type Recorder } from './recorder.ts';

/** Steps and distance: the same truth, cut differently and counted a little differently by the two devices. */
export function recordSteps({ truth, add }: Recorder, randomOf: (stream: string) => Random): void {
  const pieces = [
    ...walked(truth, { source: watch, present: truth.worn, share: 1 }, randomOf('steps watch')),
    ...walked(truth, { source: phone, present: truth.carried, share: 0.97 }, randomOf('steps phone')),
  ];
  for (const piece of pieces) add('stepCount', piece.source, piece, { value: piece.count, unit: 'count' });
  for (const piece of pieces)
    add('distanceWalkingRunning', piece.source, piece, { value: round(piece.metres, 2), unit: 'm' });
}

interface Walked extends Span {
  source: SourceRevision;
  count: number;
  metres: number;
}

/** @param device where it is present, and the share of the steps that it counts */
function walked(
  { startMs, minutes, steps }: Truth,
  { source, present, share }: { source: SourceRevision; present: Uint8Array; share: number },
  random: Random,
): Walked[] {
  const counted = cut(
    minutes,
    (minute) => (present[minute] && steps[minute] ? 1 : 0),
    () => random.integer(1, 10),
  );
  return counted.map(({ from, to }) => {
    const count = steps.subarray(from, to).reduce((total, value) => total + value, 0);
    return {
      source,
      fromMs: startMs + from * minuteMs + random.integer(0, 12_000),
      toMs: startMs + to * minuteMs - random.integer(0, 12_000),
      count: Math.max(1, Math.round(count * share * random.normal(1, 0.015))),
      metres: count * share * (count / (to - from) > 130 ? 1.05 : 0.72) * random.normal(1, 0.02),
    };
  });
}

/** Stairs at the end of a walk, by whichever device was there. */
export function recordFlights({ wornAt, add }: Recorder, plans: readonly DayPlan[]): void {
  for (const walk of plans.flatMap((plan) => plan.walks)) {
    if (!walk.flights) continue;
    const stairs = { fromMs: walk.toMs - 2 * minuteMs, toMs: walk.toMs - minuteMs };
    const content = { value: walk.flights, unit: 'count' };
    if (wornAt(stairs.fromMs)) add('flightsClimbed', watch, stairs, content);
    if (walk.phone) add('flightsClimbed', phone, stairs, content);
  }
}
