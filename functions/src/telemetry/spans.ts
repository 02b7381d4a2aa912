import type * as openTelemetry from '@opentelemetry/api';
import type { Context, Span, Tracer } from '@opentelemetry/api';
import type { BasicTracerProvider, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { lazy } from '../domain/lazy.ts';
import { config } from '../config.ts';
import { measure } from './metrics.ts';
import { otlpOptions, resource } from './otlp.ts';
import { childOf, currentTrace, inTrace, parseTraceparent, type TraceContext } from './trace.ts';

/**
 * Everything that a span may carry besides its name and times: sizes, counts and words of closed lists. No id of a
 * person and no health value has a name here; the upload's id is in the logs as well.
 */
const allowed = [
  'faas.trigger',
  'faas.coldstart',
  'faas.document.collection',
  'faas.document.operation',
  'http.request.method',
  'http.response.status_code',
  'http.response.body.size',
  'messaging.system',
  'messaging.destination.name',
  'messaging.operation.type',
  'db.system.name',
  'db.operation.name',
  'gen_ai.operation.name',
  'gen_ai.provider.name',
  'gen_ai.request.model',
  'gen_ai.response.model',
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.output_tokens',
  'error.type',
  'clarity_loop.upload.id',
  'clarity_loop.upload.event',
  'clarity_loop.upload.status',
  'clarity_loop.upload.stage',
  'clarity_loop.attempt',
  'clarity_loop.outcome',
  'clarity_loop.bytes',
  'clarity_loop.content_type',
  'clarity_loop.weeks',
  'clarity_loop.samples',
  'clarity_loop.uploads',
  'clarity_loop.dirty_weeks',
  'clarity_loop.documents',
  'clarity_loop.insights',
  'clarity_loop.problems',
  'clarity_loop.minutes',
  'clarity_loop.model.name',
  'clarity_loop.model.version',
] as const;

export type SpanAttributes = Partial<Record<(typeof allowed)[number], string | number | boolean | undefined>>;
export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** A span under way. Where nothing is exported, or nobody wants this trace, it only has its ids. */
export interface Recording {
  context: TraceContext;
  set(attributes: SpanAttributes): void;
  /** Ties it to a step that is no parent of it. */
  link(traceparent: string): void;
  /** Notes that it went wrong: `type` is a fault's code or the name of an error's class. */
  fail(type: string): void;
}

interface Recorder {
  api: typeof openTelemetry;
  tracer: Tracer;
  provider: BasicTracerProvider;
}

const opened = lazy(open);
let recorder: Recorder | undefined;

/**
 * Runs `work` as the first span of this process for one invocation, a child of the step that `traceparent` names.
 *
 * The SDK is imported here, by the first invocation and only where spans are exported, so that no cold start pays for
 * what is off. Its provider is not made global: the spans that Google's clients could write then would carry document
 * paths, and those hold the ids of persons.
 */
export async function inRootSpan<T>(
  name: string,
  {
    kind,
    traceparent,
    attributes,
  }: { kind: SpanKind; traceparent: string | undefined; attributes: SpanAttributes },
  work: (span: Recording) => Promise<T>,
): Promise<T> {
  if (config().telemetry.traces === 'none') {
    const context = childOf(traceparent);
    return inTrace(context, () => work(unrecorded(context)));
  }
  // The first one began before its own recorder was there.
  const startTime = recorder ? undefined : Date.now();
  recorder = await opened();
  const { api, tracer } = recorder;
  const parent = parseTraceparent(traceparent);
  const surroundings = parent
    ? api.trace.setSpanContext(api.ROOT_CONTEXT, remote(api, parent))
    : api.ROOT_CONTEXT;
  const span = tracer.startSpan(
    name,
    { kind: kindOf(api, kind), ...(startTime ? { startTime } : {}) },
    surroundings,
  );
  return run(recorder, span, attributes, work);
}

/** Runs `work` as a span of its own below the one under way; outside an invocation just runs it. */
export async function inSpan<T>(
  name: string,
  kind: SpanKind,
  work: (span: Recording) => Promise<T>,
): Promise<T> {
  const parent = currentTrace();
  if (!recorder || !parent) return work(unrecorded(parent));
  const { api, tracer } = recorder;
  const surroundings: Context = api.trace.setSpanContext(api.ROOT_CONTEXT, spanContext(api, parent));
  return run(recorder, tracer.startSpan(name, { kind: kindOf(api, kind) }, surroundings), {}, work);
}

async function run<T>(
  { api }: Recorder,
  span: Span,
  attributes: SpanAttributes,
  work: (span: Recording) => Promise<T>,
): Promise<T> {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const context = { traceId, spanId, sampled: (traceFlags & api.TraceFlags.SAMPLED) !== 0 };
  const recording: Recording = {
    context,
    set: (more) => {
      span.setAttributes(known(more));
    },
    link: (traceparent) => {
      const other = parseTraceparent(traceparent);
      if (other) span.addLink({ context: remote(api, other) });
    },
    fail: (type) => {
      span.setAttributes({ 'error.type': type });
      span.setStatus({ code: api.SpanStatusCode.ERROR });
    },
  };
  recording.set(attributes);
  try {
    return await inTrace(context, () => work(recording));
  } finally {
    span.end();
  }
}

const noContext: TraceContext = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false };

function unrecorded(context: TraceContext = noContext): Recording {
  return { context, set() {}, link() {}, fail() {} };
}

function known(attributes: SpanAttributes): Record<string, string | number | boolean> {
  const names: readonly string[] = allowed;
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const kept = given.filter(([name]) => names.includes(name));
  if (kept.length < given.length) {
    measure('clarity_loop.telemetry.dropped', given.length - kept.length, { signal: 'span' });
  }
  return Object.fromEntries(kept) as Record<string, string | number | boolean>;
}

function spanContext(api: Recorder['api'], { traceId, spanId, sampled }: TraceContext) {
  return { traceId, spanId, traceFlags: sampled ? api.TraceFlags.SAMPLED : api.TraceFlags.NONE };
}

function remote(api: Recorder['api'], context: TraceContext) {
  return { ...spanContext(api, context), isRemote: true };
}

function kindOf({ SpanKind }: Recorder['api'], kind: SpanKind) {
  return {
    internal: SpanKind.INTERNAL,
    server: SpanKind.SERVER,
    client: SpanKind.CLIENT,
    producer: SpanKind.PRODUCER,
    consumer: SpanKind.CONSUMER,
  }[kind];
}

/** Sends the spans that have ended. @throws what the exporter has failed with */
export async function flushSpans(): Promise<void> {
  await recorder?.provider.forceFlush();
}

async function open(): Promise<Recorder> {
  const [api, { BasicTracerProvider, BatchSpanProcessor, ParentBasedSampler, AlwaysOnSampler }, owner] =
    await Promise.all([import('@opentelemetry/api'), import('@opentelemetry/sdk-trace-base'), resource()]);
  const provider = new BasicTracerProvider({
    resource: owner,
    // A client that does not want its trace recorded says so in its `traceparent`.
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    // Only ever flushed by hand.
    spanProcessors: [new BatchSpanProcessor(lazyExporter(), { scheduledDelayMillis: 2 ** 30 })],
  });
  return { api, provider, tracer: provider.getTracer('clarity-loop') };
}

const exporter = lazy(openExporter);

/** Loads what `flushSpans` needs, if there is anything to send. */
export async function prepareSpans(): Promise<void> {
  if (recorder) await exporter();
}

/** The exporter is the larger part of the SDK, and nobody needs it before there is something to send. */
function lazyExporter(): SpanExporter {
  return {
    export: (spans, done) => {
      exporter().then(
        (loaded) => {
          loaded.export(spans, done);
        },
        async (error: unknown) => {
          const { ExportResultCode } = await import('@opentelemetry/core');
          done({ code: ExportResultCode.FAILED, error: error as Error });
        },
      );
    },
    shutdown: () => Promise.resolve(),
  };
}

async function openExporter(): Promise<SpanExporter> {
  const { telemetry, project } = config();
  if (telemetry.traces === 'console') {
    return new (await import('@opentelemetry/sdk-trace-base')).ConsoleSpanExporter();
  }
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  return new OTLPTraceExporter(otlpOptions('traces', telemetry, project));
}
