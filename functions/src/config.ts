import { defineInt, defineString } from 'firebase-functions/params';
import * as v from 'valibot';

/** Every value that a deployment chooses; `functions/.env.example` says a sentence about each. */
export const params = {
  RECORDINGS_BUCKET: defineString('RECORDINGS_BUCKET'),
  VERTEX_LOCATION: defineString('VERTEX_LOCATION'),
  VERTEX_MODEL: defineString('VERTEX_MODEL'),
  VERTEX_API_ENDPOINT: defineString('VERTEX_API_ENDPOINT', { default: '' }),
  CORS_ORIGINS: defineString('CORS_ORIGINS', { default: '' }),
  LOG_LEVEL: defineString('LOG_LEVEL', { default: 'info' }),
  MIN_INSTANCES: defineInt('MIN_INSTANCES', { default: 0 }),
  MAX_INSTANCES: defineInt('MAX_INSTANCES', { default: 20 }),
} as const;

export const region = 'europe-west4';
export const analysisTopic = 'analysis-requested';
export const deadLetterTopic = 'dead-letters';
export const logLevels = ['error', 'warn', 'info', 'debug'] as const;

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
    v.regex(/^[a-z][a-z0-9-]*$/, 'VERTEX_LOCATION is not a location such as europe-west4 or global'),
  ),
  VERTEX_MODEL: v.pipe(
    text('VERTEX_MODEL'),
    v.regex(/^[a-z0-9][a-z0-9.-]*$/, 'VERTEX_MODEL is not a model name such as gemini-2.5-flash'),
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
  LOG_LEVEL: v.pipe(
    v.optional(v.string(), 'info'),
    v.picklist(logLevels, `LOG_LEVEL is not one of ${logLevels.join(', ')}`),
  ),
});

export interface Config {
  project: string;
  recordingsBucket: string;
  vertex: { location: string; model: string; apiEndpoint: string };
  /** Web origins that may call the functions; apps need none. */
  corsOrigins: string[];
  /** Nobody but Firebase's emulator, which has no App Check, goes without. */
  requiresAppCheck: boolean;
  logLevel: (typeof logLevels)[number];
  /** Base address of an OTLP/HTTP collector; empty where nothing is exported. */
  otlpEndpoint: string;
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
    corsOrigins: output.CORS_ORIGINS,
    requiresAppCheck: output.FUNCTIONS_EMULATOR !== 'true',
    logLevel: output.LOG_LEVEL,
    otlpEndpoint: output.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/$/, ''),
  };
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
