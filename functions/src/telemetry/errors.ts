import type * as sentry from '@sentry/google-cloud-serverless';
import type { NodeClient, Scope } from '@sentry/google-cloud-serverless';
import { config, servedFunction } from '../config.ts';
import { lazy } from '../domain/lazy.ts';
import { faults, type Fault } from '../domain/fault.ts';
import type { TraceContext } from './trace.ts';

/**
 * Unexpected errors, for Sentry. Its SDK is imported when there is one to send, and used as a bare client: no global
 * state, no integrations, no OpenTelemetry setup, and a scope of its own for every report, so that nothing of one
 * invocation can get into the report of another. Its own wrappers of functions would turn a failed event into an
 * answered one, which nobody delivers again.
 */

interface Report {
  error: unknown;
  fault: Fault;
  trace: TraceContext;
  requestId: string;
  uploadId: string | undefined;
}

type Sdk = typeof sentry;
type BeforeSend = NonNullable<ConstructorParameters<typeof NodeClient>[0]['beforeSend']>;
/** What Sentry's SDK is about to send. */
export type ErrorEvent = Parameters<BeforeSend>[0];

/** The request that carries a report takes at most this long; a report that does not get through is in the logs. */
const flushMs = 300;

const pending: Report[] = [];
const opened = lazy(open);

/** Faults with a name of their own that a person or another delivery mends are the everyday, not news. */
function expected({ code }: Fault): boolean {
  const { status, retry } = faults[code];
  return status < 500 || (retry && code !== 'internal');
}

/** Notes an error that ended an invocation; it leaves the process with the next `flushErrors`. */
export function reportError(report: Report): void {
  if (config().sentry.dsn && !expected(report.fault)) pending.push(report);
}

/** Loads what `flushErrors` needs, if there is anything to send. */
export async function prepareErrors(): Promise<void> {
  if (pending.length > 0) await opened();
}

/** Sends what was reported. @throws Error when it did not get through in time */
export async function flushErrors(): Promise<void> {
  if (pending.length === 0) return;
  const { sdk, client } = await opened();
  for (const { fault, error, ...about } of pending.splice(0)) {
    const cause = fault.cause ?? error;
    client.captureException(cause, {}, scopeOf(sdk, client, { fault, cause, ...about }));
  }
  if (!(await client.flush(flushMs))) throw new Error('not sent in time');
}

function scopeOf(
  sdk: Sdk,
  client: NodeClient,
  { fault, cause, trace, requestId, uploadId }: Omit<Report, 'error'> & { cause: unknown },
): Scope {
  const scope = new sdk.Scope();
  scope.setClient(client);
  const name = cause instanceof Error ? cause.name : typeof cause;
  // What has no code of its own is told apart by its class.
  scope.setFingerprint(fault.code === 'internal' ? [fault.code, name] : [fault.code]);
  scope.setTags({
    code: fault.code,
    function: servedFunction ?? 'unknown',
    request_id: requestId,
    ...(uploadId ? { upload_id: uploadId } : {}),
  });
  scope.setContext('trace', { trace_id: trace.traceId, span_id: trace.spanId });
  return scope;
}

async function open(): Promise<{ sdk: Sdk; client: NodeClient }> {
  const sdk = await import('@sentry/google-cloud-serverless');
  const { dsn, environment, release } = config().sentry;
  const client = new sdk.NodeClient({
    dsn,
    environment,
    ...(release ? { release } : {}),
    transport: sdk.makeNodeTransport,
    stackParser: sdk.defaultStackParser,
    integrations: [],
    skipOpenTelemetrySetup: true,
    sendDefaultPii: false,
    sendClientReports: false,
    includeServerName: false,
    maxBreadcrumbs: 0,
    beforeSend: onlyKnown,
  });
  client.init();
  return { sdk, client };
}

/**
 * The report as it leaves: the class of the error and where it happened. Messages may quote what was sent, so they stay
 * here, as does everything that is not in this list.
 */
export function onlyKnown(event: ErrorEvent): ErrorEvent {
  const { type, event_id, timestamp, platform, level, release, environment, fingerprint, tags, sdk } = event;
  const values = (event.exception?.values ?? []).map((exception) => ({
    type: exception.type,
    // Sentry groups and shows by this; it wants one.
    value: tags?.code as string | undefined,
    stacktrace: {
      frames: (exception.stacktrace?.frames ?? []).map((frame) => ({
        filename: frame.filename,
        function: frame.function,
        module: frame.module,
        lineno: frame.lineno,
        colno: frame.colno,
        in_app: frame.in_app,
      })),
    },
  }));
  const { trace_id, span_id } = event.contexts?.trace ?? {};
  return {
    type,
    event_id,
    timestamp,
    platform,
    level,
    release,
    environment,
    fingerprint,
    tags,
    sdk,
    exception: { values },
    contexts: trace_id && span_id ? { trace: { trace_id, span_id } } : {},
  } as ErrorEvent;
}
