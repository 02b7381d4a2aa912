import type { Attributes, Meter } from '@opentelemetry/api';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { lazy } from '../domain/lazy.ts';
import { config } from '../config.ts';
import { otlpOptions, resource } from './otlp.ts';

interface Instrument {
  kind: 'counter' | 'histogram' | 'gauge';
  unit: string;
  /** One sentence; the README's table says the same. */
  description: string;
  /** The attributes it may carry: words of closed lists, never an id. */
  attributes: readonly string[];
}

/** Everything that is measured. Names follow OpenTelemetry's semantic conventions where there is one. */
export const instruments = {
  'http.server.request.duration': {
    kind: 'histogram',
    unit: 's',
    description: 'Time to answer a request',
    attributes: ['http.request.method', 'http.response.status_code', 'error.type'],
  },
  'faas.invoke_duration': {
    kind: 'histogram',
    unit: 's',
    description: 'Time of one invocation of a function',
    attributes: ['faas.trigger', 'error.type'],
  },
  'faas.coldstarts': {
    kind: 'counter',
    unit: '{coldstart}',
    description: 'First invocations of an instance',
    attributes: ['faas.trigger'],
  },
  'faas.errors': {
    kind: 'counter',
    unit: '{error}',
    description: 'Invocations that ended with a fault of ours',
    attributes: ['faas.trigger', 'error.type'],
  },
  'clarity_loop.uploads': {
    kind: 'counter',
    unit: '{upload}',
    description: 'Uploads by outcome (accepted, succeeded, failed) and code; refusals are requests',
    attributes: ['outcome', 'error.type'],
  },
  'clarity_loop.stage.duration': {
    kind: 'histogram',
    unit: 's',
    description: 'Time an upload spent in a stage (upload, analysis, narrative), waiting included',
    attributes: ['stage'],
  },
  'clarity_loop.upload.duration': {
    kind: 'histogram',
    unit: 's',
    description: 'Time from accepting an upload to its analysis and to its narrative',
    attributes: ['milestone'],
  },
  'clarity_loop.inference.duration': {
    kind: 'histogram',
    unit: 's',
    description: 'Time of one run of a model',
    attributes: ['model.name', 'model.version'],
  },
  'clarity_loop.model.in_use': {
    kind: 'gauge',
    unit: '1',
    description: '1 for the model that an instance has loaded',
    attributes: ['model.name', 'model.version'],
  },
  'gen_ai.client.operation.duration': {
    kind: 'histogram',
    unit: 's',
    description: 'Time of one text of Gemini, repeated calls included',
    attributes: ['gen_ai.operation.name', 'gen_ai.provider.name', 'gen_ai.request.model', 'error.type'],
  },
  'gen_ai.client.token.usage': {
    kind: 'histogram',
    unit: '{token}',
    description: 'Tokens of one text of Gemini',
    attributes: ['gen_ai.token.type'],
  },
  'clarity_loop.narrator.calls': {
    kind: 'counter',
    unit: '{call}',
    description: 'Calls to Vertex AI by outcome (answered, failed)',
    attributes: ['outcome', 'http.response.status_code'],
  },
  'clarity_loop.narrator.breaker': {
    kind: 'gauge',
    unit: '1',
    description: 'The circuit breaker: 0 closed, 1 half-open, 2 open',
    attributes: [],
  },
  'clarity_loop.narratives': {
    kind: 'counter',
    unit: '{narrative}',
    description: 'Narratives by source (gemini, template) and why a template stands',
    attributes: ['source', 'reason'],
  },
  'clarity_loop.retries': {
    kind: 'counter',
    unit: '{retry}',
    description: 'What was tried again: a stage of an upload, a call to Vertex AI',
    attributes: ['target'],
  },
  'clarity_loop.dead_letters': {
    kind: 'counter',
    unit: '{upload}',
    description: 'Uploads that were given up',
    attributes: [],
  },
  'clarity_loop.telemetry.dropped': {
    kind: 'counter',
    unit: '{field}',
    description: 'Fields of logs, spans and metrics that have no place in the lists, and were left out',
    attributes: ['signal'],
  },
} as const satisfies Record<string, Instrument>;

export type MetricName = keyof typeof instruments;

/** Bounds of the histograms. Those of seconds are the conventions' for requests, and go on for what takes hours. */
const buckets: Record<string, number[]> = {
  s: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400],
  '{token}': [1, 4, 16, 64, 256, 1024, 4096, 16_384],
};

type Recorder = (value: number, attributes: Attributes) => void;

const pending: { name: MetricName; value: number; attributes: Attributes }[] = [];
const opened = lazy(open);

/** Notes a measurement; it leaves the process with the next `flushMetrics`. Costs nothing where nothing is exported. */
export function measure(name: MetricName, value: number, attributes: Attributes = {}): void {
  if (config().telemetry.metrics === 'none') return;
  const known: readonly string[] = instruments[name].attributes;
  const kept = Object.entries(attributes).filter(([key, word]) => word !== undefined && known.includes(key));
  pending.push({ name, value, attributes: Object.fromEntries(kept) });
  const dropped = Object.keys(attributes).filter((key) => !known.includes(key)).length;
  if (dropped > 0) measure('clarity_loop.telemetry.dropped', dropped, { signal: 'metric' });
}

/** Loads what `flushMetrics` needs, if there is anything to send. */
export async function prepareMetrics(): Promise<void> {
  if (pending.length > 0) await opened();
}

/** Sends what has been measured. @throws what the exporter has failed with */
export async function flushMetrics(): Promise<void> {
  if (pending.length === 0) return;
  const { provider, recorders } = await opened();
  for (const { name, value, attributes } of pending.splice(0)) recorders.get(name)!(value, attributes);
  failure = undefined;
  await provider.forceFlush();
  // The reader keeps failures to itself.
  if (failure) throw failure as Error;
}

let failure: Error | undefined;

async function open() {
  const [{ MeterProvider, PeriodicExportingMetricReader }, exporter, owner] = await Promise.all([
    import('@opentelemetry/sdk-metrics'),
    openExporter(),
    resource(),
  ]);
  const send = exporter.export.bind(exporter);
  exporter.export = (metrics, done) => {
    send(metrics, (result) => {
      failure = result.error;
      done(result);
    });
  };
  const provider = new MeterProvider({
    resource: owner,
    // Only ever flushed by hand.
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 })],
  });
  const meter = provider.getMeter('clarity-loop');
  const names = Object.keys(instruments) as MetricName[];
  return { provider, recorders: new Map(names.map((name) => [name, recorderOf(meter, name)])) };
}

async function openExporter(): Promise<PushMetricExporter> {
  const { telemetry, project } = config();
  if (telemetry.metrics === 'console') {
    return new (await import('@opentelemetry/sdk-metrics')).ConsoleMetricExporter();
  }
  const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-http');
  return new OTLPMetricExporter(otlpOptions('metrics', telemetry, project));
}

function recorderOf(meter: Meter, name: MetricName): Recorder {
  const { kind, unit, description }: Instrument = instruments[name];
  if (kind === 'counter') {
    const counter = meter.createCounter(name, { unit, description });
    return (value, attributes) => {
      counter.add(value, attributes);
    };
  }
  const instrument =
    kind === 'gauge'
      ? meter.createGauge(name, { unit, description })
      : meter.createHistogram(name, {
          unit,
          description,
          advice: { explicitBucketBoundaries: buckets[unit]! },
        });
  return (value, attributes) => {
    instrument.record(value, attributes);
  };
}
