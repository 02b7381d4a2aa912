import { faultOf } from '../domain/fault.ts';
import { currentInvocation } from './invocation.ts';
import { measure, type MetricName } from './metrics.ts';
import { inSpan, type SpanAttributes, type SpanKind } from './spans.ts';

export interface Measurement {
  name: MetricName;
  value: number;
  attributes?: Record<string, string | number>;
}

/** What may be told of a call once it has ended: sizes, counts and words, never an id of a person nor a value. */
export interface Observation {
  attributes?: SpanAttributes;
  measurements?: Measurement[];
  /** An earlier attempt at the work of this invocation, by its `traceparent`, and how many there have been. */
  earlier?: { traceparent: string | null; attempt: number };
}

export interface CallTelling {
  kind?: SpanKind;
  /** What is known before the call is made. */
  attributes?: SpanAttributes;
  /** The inputs that the call gets, for those that have to carry the trace on. Called inside the span. */
  inputs?: (inputs: never) => readonly unknown[];
  /** `seconds`: how long it took. */
  tell?: (inputs: never, result: never, seconds: number) => Observation;
  /** Measurements of a call that has failed, with the fault's code. */
  tellFailure?: (code: string, seconds: number) => Measurement[];
}

/** The same port, each of whose calls is a span `<name>.<call>` below the invocation's, told of by `calls`. */
export function observed<P extends object>(
  name: string,
  port: P,
  calls: Partial<Record<keyof P, CallTelling>>,
): P {
  const wrapped = Object.entries(port).map(([call, work]) => [
    call,
    observedCall(
      `${name}.${call}`,
      (...inputs) => (work as (...inputs: unknown[]) => Promise<unknown>).apply(port, inputs),
      calls[call as keyof P],
    ),
  ]);
  return Object.fromEntries(wrapped) as P;
}

/** One call as a span of its own. */
export function observedCall<Inputs extends unknown[], Result>(
  name: string,
  work: (...inputs: Inputs) => Promise<Result>,
  { kind = 'client', attributes, inputs: prepare, tell, tellFailure }: CallTelling = {},
): (...inputs: Inputs) => Promise<Result> {
  return (...given) =>
    inSpan(name, kind, async (span) => {
      if (attributes) span.set(attributes);
      const inputs = (prepare?.(given as never) ?? given) as Inputs;
      const started = performance.now();
      const seconds = (): number => (performance.now() - started) / 1000;
      let result: Result;
      try {
        result = await work(...inputs);
      } catch (error) {
        const { code, cause } = faultOf(error);
        span.fail(code === 'internal' && cause instanceof Error ? cause.name : code);
        for (const measurement of tellFailure?.(code, seconds()) ?? []) take(measurement);
        throw error;
      }
      const told = tell?.(inputs as never, result as never, seconds());
      if (told?.attributes) span.set(told.attributes);
      for (const measurement of told?.measurements ?? []) take(measurement);
      if (told?.earlier) noteAttempt(told.earlier);
      return result;
    });
}

function take({ name, value, attributes }: Measurement): void {
  measure(name, value, attributes);
}

/** A delivery that repeats the work of an earlier one is tied to it, where that one has left its name. */
function noteAttempt({ traceparent, attempt }: NonNullable<Observation['earlier']>): void {
  const invocation = currentInvocation();
  invocation?.span.set({ 'clarity_loop.attempt': attempt });
  if (traceparent) invocation?.span.link(traceparent);
}
