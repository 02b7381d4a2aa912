import fc from 'fast-check';
import { sampleTypeNames } from '../../src/domain/samples/sample-types.ts';
import { sampleId, type Sample, type SourceKind } from '../../src/domain/samples/sample.ts';
import { at, dayMs, minuteMs } from './build.ts';

/** The day, in UTC, on or near which `anySamples` start. */
export const anyDay = '2025-06-10';
const midnight = at(`${anyDay}T00:00`);

/** Few different values, so that samples collide in everything but one column. */
export const anySample: fc.Arbitrary<Sample> = fc
  .record({
    id: fc.nat({ max: 5 }).map((n) => sampleId(`id ${n}`)),
    type: fc.constantFrom(...sampleTypeNames),
    offset: fc.integer({ min: -14 * 60, max: 38 * 60 }),
    duration: fc.constantFrom(0, 1, minuteMs, 7 * dayMs),
    value: fc.oneof(
      fc.constantFrom(0, 1, 0.1, 1e-300, 1e9),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    ),
    kind: fc.constantFrom<SourceKind>('watch', 'phone', 'other'),
    key: fc.oneof(fc.constantFrom('', 'a|b', 'ä✓"\\', '\u0000'), fc.string({ unit: 'binary' })),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', '+05:30'),
    userEntered: fc.boolean(),
  })
  .map(({ offset, duration, kind, key, value, ...rest }) => {
    const start = midnight + offset * minuteMs;
    return {
      ...rest,
      value: value + 0,
      start,
      end: start + duration,
      source: { kind, key: `${kind} ${key}` },
    };
  });
export const anySamples = fc.array(anySample, { maxLength: 30 });
