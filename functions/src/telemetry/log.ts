import winston from 'winston';
import { config } from '../config.ts';
import { currentInvocation } from './invocation.ts';
import { measure } from './metrics.ts';
import { prettyLine } from './pretty-line.ts';
import { currentTrace } from './trace.ts';

/**
 * Every line that is ever logged, with the fields it may carry besides the ids of its request, upload and trace. Nothing
 * else gets out: no health value has a name here.
 */
export const events = {
  'request.answered': ['method', 'status', 'code', 'durationMs'],
  'request.failed': ['method', 'status', 'code', 'durationMs', 'errorName', 'stack'],
  'narrator.failed': ['status', 'errorName', 'stack'],
  'narrator.breaker': ['state'],
  'sweep.done': ['expired', 'requeued', 'narrated', 'replaced', 'deleted', 'failed'],
  'deadLetter.kept': ['code'],
  'deadLetter.replayed': ['code', 'outcome'],
  'spending.limited': ['textsADay'],
  'event.dropped': ['event', 'reason'],
  'event.handled': ['event', 'outcome', 'durationMs'],
  'event.failed': ['event', 'code', 'retry', 'durationMs', 'errorName', 'stack'],
  'telemetry.failed': ['signal', 'errorName', 'stack'],
} as const;

/** Fields that every line may carry; inside an invocation they are filled in. */
const everywhere = ['requestId', 'uploadId'] as const;

type EventName = keyof typeof events;
type Fields<Name extends EventName> = Partial<
  Record<(typeof events)[Name][number] | (typeof everywhere)[number], string | number | boolean | undefined>
>;

const severities: Record<string, string> = { error: 'ERROR', warn: 'WARNING', info: 'INFO', debug: 'DEBUG' };

/** One JSON line as Cloud Logging reads it from stdout, tied to the trace. */
const structured = winston.format((info) => {
  const { level, ...line } = info;
  const trace = currentTrace();
  return {
    ...line,
    level,
    severity: severities[level] ?? 'DEFAULT',
    ...(trace
      ? {
          'logging.googleapis.com/trace': `projects/${config().project}/traces/${trace.traceId}`,
          'logging.googleapis.com/spanId': trace.spanId,
          'logging.googleapis.com/trace_sampled': trace.sampled,
        }
      : {}),
  };
});

let logger: winston.Logger | undefined;

function winstonLogger(): winston.Logger {
  // Google's log agent reads JSON; a person at a terminal would rather not.
  const line = process.stdout.isTTY
    ? winston.format.printf((fields) => prettyLine(fields, { colours: process.stdout.hasColors() }))
    : winston.format.json();
  return (logger ??= winston.createLogger({
    level: config().logLevel,
    format: structured(),
    transports: [new winston.transports.Console({ format: line })],
  }));
}

/** From now on every line goes to `transport` instead of standard output. */
export function logTo(transport: winston.transport): void {
  // Whoever gave the transport hears of its errors; without a listener here they would end the process.
  winstonLogger()
    .clear()
    .add(transport)
    .on('error', () => {});
}

/** Logs a named event with its allowed fields; anything else that is passed is left out, and counted. */
export function log<Name extends EventName>(
  level: 'error' | 'warn' | 'info' | 'debug',
  message: Name,
  fields: Fields<Name>,
): void {
  const names: readonly string[] = [...everywhere, ...events[message]];
  const { requestId, uploadId } = currentInvocation() ?? {};
  const given = Object.entries({ requestId, uploadId, ...fields }).filter(([, value]) => value !== undefined);
  const allowed = given.filter(([name]) => names.includes(name));
  winstonLogger().log({ level, message, ...Object.fromEntries(allowed) });
  const dropped = given.length - allowed.length;
  if (dropped > 0) measure('clarity_loop.telemetry.dropped', dropped, { signal: 'log' });
}

/** What may be said of an unexpected error: its class and where it happened. Messages may quote what was sent. */
export function errorFields(error: unknown): { errorName: string; stack?: string } {
  if (!(error instanceof Error)) return { errorName: typeof error };
  // Without the message first: a line of it may look like a frame.
  const stack = error.stack?.replace(error.message, '');
  const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return { errorName: error.name, ...(frames ? { stack: frames.slice(0, 12).join('\n') } : {}) };
}
