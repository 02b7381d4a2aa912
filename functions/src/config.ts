import { defineInt, defineSecret, defineString } from 'firebase-functions/params';
import * as v from 'valibot';

/** Every value that a deployment chooses; `functions/.env.example` says a sentence about each. */
export const params = {
  RECORDINGS_BUCKET: defineString('RECORDINGS_BUCKET'),
  VERTEX_LOCATION: defineString('VERTEX_LOCATION'),
  VERTEX_MODEL: defineString('VERTEX_MODEL'),
  NARRATOR_TEXTS_A_DAY: defineInt('NARRATOR_TEXTS_A_DAY'),
  VERTEX_API_ENDPOINT: defineString('VERTEX_API_ENDPOINT', { default: '' }),
  CORS_ORIGINS: defineString('CORS_ORIGINS', { default: '' }),
  LOG_LEVEL: defineString('LOG_LEVEL', { default: 'info' }),
  MIN_INSTANCES: defineInt('MIN_INSTANCES', { default: 0 }),
  MAX_INSTANCES: defineInt('MAX_INSTANCES', { default: 20 }),
  OTEL_TRACES_EXPORTER: defineString('OTEL_TRACES_EXPORTER', { default: '' }),
  OTEL_METRICS_EXPORTER: defineString('OTEL_METRICS_EXPORTER', { default: '' }),
  OTEL_EXPORTER_OTLP_ENDPOINT: defineString('OTEL_EXPORTER_OTLP_ENDPOINT', { default: '' }),
  SENTRY_ENVIRONMENT: defineString('SENTRY_ENVIRONMENT', { default: '' }),
  SENTRY_RELEASE: defineString('SENTRY_RELEASE', { default: '' }),
} as const;

/** Values of Secret Manager; every function gets them, because any of them may fail and is measured. "off" stands for none. */
export const secrets = {
  SENTRY_DSN: defineSecret('SENTRY_DSN'),
  OTEL_EXPORTER_OTLP_HEADERS: defineSecret('OTEL_EXPORTER_OTLP_HEADERS'),
} as const;

export const region = 'europe-west4';
export const analysisTopic = 'analysis-requested';
export const deadLetterTopic = 'dead-letters';
export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
const tracesExporters = ['otlp', 'console', 'none'] as const;
const metricsExporters = ['otlp', 'prometheus', 'console', 'none'] as const;

/** One of the words, or none. */
const oneOf = <Word extends string>(name: string, words: readonly Word[]) =>
  v.optional(v.picklist(['', ...words], `${name} is not one of ${words.join(', ')}`), '');

function decodes(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

const text = (name: string) => v.pipe(v.optional(v.string(), ''), v.nonEmpty(`${name} is not set`));

const originPattern = /^https?:\/\/[a-z0-9.-]+(:\d+)?$/i;

const Environment = v.object({
  GCLOUD_PROJECT: text('GCLOUD_PROJECT'),
  RECORDINGS_BUCKET: v.pipe(
    text('RECORDINGS_BUCKET'),
    v.regex(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, 'RECORDINGS_BUCKET is not the name of a bucket'),
  ),
  VERTEX_LOCATION: v.pipe(
    text('VERTEX_LOCATION'),
    v.regex(/^[a-z][a-z0-9-]*$/, 'VERTEX_LOCATION is not a location such as eu, europe-west4 or global'),
  ),
  VERTEX_MODEL: v.pipe(
    text('VERTEX_MODEL'),
    v.regex(/^[a-z0-9][a-z0-9.-]*$/, 'VERTEX_MODEL is not a model name such as gemini-3.5-flash-lite'),
  ),
  NARRATOR_TEXTS_A_DAY: v.pipe(
    text('NARRATOR_TEXTS_A_DAY'),
    v.regex(/^\d{1,9}$/, 'NARRATOR_TEXTS_A_DAY is not a number of texts such as 10000, or 0 for none'),
    v.transform(Number),
  ),
  VERTEX_API_ENDPOINT: v.pipe(
    v.optional(v.string(), ''),
    v.regex(/^([a-z0-9.-]+(:\d+)?)?$/i, 'VERTEX_API_ENDPOINT is not host or host:port'),
  ),
  CORS_ORIGINS: v.pipe(
    v.optional(v.string(), ''),
    v.transform((list) => list.split(',').filter((origin) => origin !== '')),
    v.everyItem(
      (origin) => originPattern.test(origin),
      'CORS_ORIGINS is not a list of origins such as https://app.example.org,https://www.example.org',
    ),
  ),
  FUNCTIONS_EMULATOR: v.optional(v.string()),
  OTEL_EXPORTER_OTLP_ENDPOINT: v.pipe(
    v.optional(v.string(), ''),
    v.regex(
      /^(https?:\/\/[^\s/]+(\/[^\s]*)?)?$/,
      'OTEL_EXPORTER_OTLP_ENDPOINT is not an http or https address',
    ),
  ),
  OTEL_EXPORTER_OTLP_HEADERS: v.pipe(
    v.optional(v.string(), ''),
    v.check(
      (text) => /^(off|[^=,]+=[^,]*(,[^=,]+=[^,]*)*)?$/.test(text) && decodes(text),
      'OTEL_EXPORTER_OTLP_HEADERS is neither "off" nor name=value,name=value',
    ),
  ),
  OTEL_TRACES_EXPORTER: oneOf('OTEL_TRACES_EXPORTER', tracesExporters),
  OTEL_METRICS_EXPORTER: oneOf('OTEL_METRICS_EXPORTER', metricsExporters),
  SENTRY_DSN: v.pipe(
    v.optional(v.string(), ''),
    v.regex(
      /^(off|https?:\/\/[^@\s]+@[^/\s]+\/(\S*\/)?\d+)?$/,
      'SENTRY_DSN is neither "off" nor the DSN of a project',
    ),
  ),
  SENTRY_ENVIRONMENT: v.optional(v.string(), ''),
  SENTRY_RELEASE: v.optional(v.string(), ''),
  K_REVISION: v.optional(v.string(), ''),
  LOG_LEVEL: v.pipe(
    v.optional(v.string(), 'info'),
    v.picklist(logLevels, `LOG_LEVEL is not one of ${logLevels.join(', ')}`),
  ),
});

export interface Config {
  project: string;
  recordingsBucket: string;
  vertex: { location: string; model: string; apiEndpoint: string };
  /** The most generated texts a day of everybody together, unless an operator sets another number. */
  narratorTextsADay: number;
  /** Web origins that may call the functions; apps need none. */
  corsOrigins: string[];
  /** Nobody but Firebase's emulator, which has no App Check, goes without. */
  requiresAppCheck: boolean;
  logLevel: (typeof logLevels)[number];
  telemetry: Telemetry;
  sentry: Sentry;
}

/** Where spans and metrics go. */
export interface Telemetry {
  traces: (typeof tracesExporters)[number];
  /** `prometheus`, as far as a function is concerned, is OTLP: what serves `/metrics` is the local collector. */
  metrics: Exclude<(typeof metricsExporters)[number], 'prometheus'>;
  /** Base address of an OTLP/HTTP collector, or of Google's Telemetry API. */
  otlpEndpoint: string;
  otlpHeaders: Record<string, string>;
}

/** Where unexpected errors go. */
export interface Sentry {
  /** Empty where errors are not reported. */
  dsn: string;
  environment: string;
  /** Empty where it is not known. */
  release: string;
}

/**
 * The configuration from an environment.
 *
 * @throws Error with one sentence that names what is missing or malformed
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const parsed = v.safeParse(Environment, env);
  if (!parsed.success) {
    throw new Error(`Configuration: ${parsed.issues[0].message}; see functions/.env.example.`);
  }
  const { output } = parsed;
  return {
    project: output.GCLOUD_PROJECT,
    recordingsBucket: output.RECORDINGS_BUCKET,
    vertex: {
      location: output.VERTEX_LOCATION,
      model: output.VERTEX_MODEL,
      apiEndpoint: output.VERTEX_API_ENDPOINT,
    },
    narratorTextsADay: output.NARRATOR_TEXTS_A_DAY,
    corsOrigins: output.CORS_ORIGINS,
    requiresAppCheck: output.FUNCTIONS_EMULATOR !== 'true',
    logLevel: output.LOG_LEVEL,
    telemetry: readTelemetry(output),
    sentry: {
      dsn: output.SENTRY_DSN === 'off' ? '' : output.SENTRY_DSN,
      environment: output.SENTRY_ENVIRONMENT || output.GCLOUD_PROJECT,
      // Cloud Run names the revision of the function.
      release: output.SENTRY_RELEASE || output.K_REVISION,
    },
  };
}

type Telemetries = Pick<
  v.InferOutput<typeof Environment>,
  | 'OTEL_TRACES_EXPORTER'
  | 'OTEL_METRICS_EXPORTER'
  | 'OTEL_EXPORTER_OTLP_ENDPOINT'
  | 'OTEL_EXPORTER_OTLP_HEADERS'
>;

const loopback = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/;

function readTelemetry(env: Telemetries): Telemetry {
  const otlpEndpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/$/, '');
  const usual = otlpEndpoint ? 'otlp' : 'none';
  const traces = env.OTEL_TRACES_EXPORTER || usual;
  const metrics = env.OTEL_METRICS_EXPORTER || usual;
  const refuse = (sentence: string): never => {
    throw new Error(`Configuration: ${sentence}; see functions/.env.example.`);
  };
  if (!otlpEndpoint && (traces === 'otlp' || metrics === 'otlp' || metrics === 'prometheus')) {
    refuse('OTEL_EXPORTER_OTLP_ENDPOINT is not set, and an exporter needs it');
  }
  if (metrics === 'prometheus' && !loopback.test(`${otlpEndpoint}/`)) {
    refuse('OTEL_METRICS_EXPORTER is prometheus, which is for the local stack: nobody can scrape a function');
  }
  return {
    traces,
    metrics: metrics === 'prometheus' ? 'otlp' : metrics,
    otlpEndpoint,
    otlpHeaders: headersOf(env.OTEL_EXPORTER_OTLP_HEADERS),
  };
}

/** `name=value,name=value` with percent-encoded values, as OpenTelemetry writes headers in a variable; "off" has none. */
function headersOf(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? [] : [[pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())] as const];
  });
  return Object.fromEntries(pairs);
}

let read: Config | undefined;

/** The configuration of this instance. */
export function config(): Config {
  return (read ??= readConfig(process.env));
}

/** What `cors` of a function takes; at deploy time, when there is no configuration yet, it makes no difference. */
export function corsOrigins(): string[] | false {
  const origins = servedFunction ? config().corsOrigins : [];
  return origins.length > 0 && origins;
}

/** The function that this instance serves, or undefined where all are loaded (deploy-time discovery). */
export const servedFunction = process.env.FUNCTION_TARGET;
