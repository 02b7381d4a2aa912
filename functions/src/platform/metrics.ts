import type { Attributes, Meter } from '@opentelemetry/api';
import type { MeterProvider } from '@opentelemetry/sdk-metrics';
import { config, servedFunction } from '../config.ts';

/**
 * What is measured, as OpenTelemetry instruments. Names follow its semantic conventions where there is one; attributes
 * are closed lists of words, never an id.
 */
const instruments = {
  /** Tokens of one call to the model, by `gen_ai.token.type`: input or output. */
  'gen_ai.client.token.usage': { kind: 'histogram', unit: '{token}' },
  /** Narratives by `source` (gemini, template). */
  'clarity_loop.narratives': { kind: 'counter', unit: '{narrative}' },
  /** Failed calls to Vertex AI by `http.response.status_code`, 0 where there was none. */
  'clarity_loop.narrator.failures': { kind: 'counter', unit: '{call}' },
  /** The circuit breaker: 0 closed, 1 half-open, 2 open. */
  'clarity_loop.narrator.breaker': { kind: 'gauge', unit: '1' },
  /** Uploads that were given up. */
  'clarity_loop.dead_letters': { kind: 'counter', unit: '{upload}' },
} as const;

type Name = keyof typeof instruments;

/** A collector that does not answer must not hold an invocation up for longer. */
const flushMs = 300;

const pending: { name: Name; value: number; attributes: Attributes }[] = [];
let provider: Promise<MeterProvider> | undefined;

/** Notes a measurement; it leaves the process with the next `flushMetrics`. Costs nothing where nothing is exported. */
export function measure(name: Name, value: number, attributes: Attributes = {}): void {
  if (config().otlpEndpoint) pending.push({ name, value, attributes });
}

/** Sends what has been measured, inside the invocation: an idle instance may never run again. Never throws. */
export async function flushMetrics(): Promise<void> {
  if (pending.length === 0) return;
  const measured = pending.splice(0);
  const sent = send(measured).catch(() => undefined);
  await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, flushMs).unref())]);
}

async function send(measured: typeof pending): Promise<void> {
  const opened = await (provider ??= openProvider());
  const meter = opened.getMeter('clarity-loop');
  for (const { name, value, attributes } of measured) record(meter, name, value, attributes);
  await opened.forceFlush();
}

function record(meter: Meter, name: Name, value: number, attributes: Attributes): void {
  const { kind, unit } = instruments[name];
  if (kind === 'counter') meter.createCounter(name, { unit }).add(value, attributes);
  else if (kind === 'histogram') meter.createHistogram(name, { unit }).record(value, attributes);
  else meter.createGauge(name, { unit }).record(value, attributes);
}

async function openProvider(): Promise<MeterProvider> {
  const [
    { MeterProvider, PeriodicExportingMetricReader },
    { OTLPMetricExporter },
    { resourceFromAttributes },
  ] = await Promise.all([
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/exporter-metrics-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = new OTLPMetricExporter({ url: `${config().otlpEndpoint}/v1/metrics` });
  return new MeterProvider({
    resource: resourceFromAttributes({
      'service.name': 'clarity-loop',
      'faas.name': servedFunction ?? 'unknown',
    }),
    // Only ever flushed by hand.
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 })],
  });
}
