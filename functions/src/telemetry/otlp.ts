import { randomUUID } from 'node:crypto';
import type { Resource } from '@opentelemetry/resources';
import { lazy } from '../domain/lazy.ts';
import { config, region, servedFunction, type Telemetry } from '../config.ts';

/** Google's Telemetry API: Cloud Trace and Cloud Monitoring by OTLP, with Google's own credentials. */
const googleTelemetry = 'https://telemetry.googleapis.com';
const scopes = ['https://www.googleapis.com/auth/cloud-platform'];

/** An export that has not been answered by then is given up; no invocation waits for as long as that. */
const exportTimeoutMs = 3000;

export interface OtlpOptions {
  url: string;
  headers: Record<string, string> | (() => Promise<Record<string, string>>);
  timeoutMillis: number;
}

/** What an OTLP/HTTP exporter of one signal needs to know. */
export function otlpOptions(
  signal: 'traces' | 'metrics',
  { otlpEndpoint, otlpHeaders }: Pick<Telemetry, 'otlpEndpoint' | 'otlpHeaders'>,
  project: string,
): OtlpOptions {
  return {
    url: `${otlpEndpoint}/v1/${signal}`,
    headers: otlpEndpoint === googleTelemetry ? googleHeaders(project, otlpHeaders) : otlpHeaders,
    timeoutMillis: exportTimeoutMs,
  };
}

/**
 * The headers of a request to the Telemetry API: a token of Application Default Credentials, and the project that the
 * request is counted for. The token is asked for at every export; the library keeps it until it is about to expire.
 */
export function googleHeaders(
  project: string,
  others: Record<string, string> = {},
): () => Promise<Record<string, string>> {
  const authorization = lazy(async () => {
    const { GoogleAuth } = await import('google-auth-library');
    return new GoogleAuth({ scopes });
  });
  return async () => {
    try {
      const headers = await (await authorization()).getRequestHeaders(googleTelemetry);
      return { ...others, ...Object.fromEntries(headers), 'x-goog-user-project': project };
    } catch {
      // The exporter does not want to hear of it: without a token the API refuses, and that is noticed and logged.
      return others;
    }
  };
}

/** This very instance: several of one function count each for themselves. */
const instance = randomUUID();

/** Who measures. Google's API takes nothing without the project's id. */
export async function resource(): Promise<Resource> {
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const { project, sentry } = config();
  return resourceFromAttributes({
    'service.name': 'clarity-loop',
    'service.instance.id': instance,
    'deployment.environment.name': sentry.environment,
    'cloud.provider': 'gcp',
    'cloud.region': region,
    'gcp.project_id': project,
    'faas.name': servedFunction ?? 'unknown',
    ...(sentry.release ? { 'faas.version': sentry.release } : {}),
  });
}
