import winston from 'winston';
import { config } from '../config.ts';
import { currentTrace } from './trace.ts';

/** Every line that is ever logged, with the fields it may carry. Nothing else gets out: no health value has a name here. */
const events = {
  'request.answered': ['requestId', 'method', 'status', 'code', 'uploadId', 'durationMs'],
  'request.failed': ['requestId', 'method', 'status', 'code', 'errorName', 'stack'],
  'narrator.failed': ['status', 'errorName', 'stack'],
  'narrator.breaker': ['state'],
  'sweep.done': ['expired', 'requeued', 'narrated', 'replaced', 'deleted', 'failed'],
  'deadLetter.kept': ['uploadId', 'code'],
  'event.dropped': ['event', 'reason'],
  'event.handled': ['event', 'uploadId', 'outcome', 'durationMs'],
  'event.failed': ['event', 'uploadId', 'code', 'retry', 'durationMs', 'errorName', 'stack'],
} as const;

type EventName = keyof typeof events;
type Fields<Name extends EventName> = Partial<
  Record<(typeof events)[Name][number], string | number | boolean>
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
  return (logger ??= winston.createLogger({
    level: config().logLevel,
    format: winston.format.combine(structured(), winston.format.json()),
    transports: [new winston.transports.Console()],
  }));
}

/** Logs a named event with its allowed fields; anything else that is passed is left out. */
export function log<Name extends EventName>(
  level: 'error' | 'warn' | 'info' | 'debug',
  message: Name,
  fields: Fields<Name>,
): void {
  const allowed = Object.fromEntries(
    events[message].flatMap((name) => {
      const value: unknown = (fields as Record<string, unknown>)[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  winstonLogger().log({ level, message, ...allowed });
}

/** What may be said of an unexpected error: its class and where it happened. Messages may quote what was sent. */
export function errorFields(error: unknown): { errorName: string; stack?: string } {
  if (!(error instanceof Error)) return { errorName: typeof error };
  // Without the message first: a line of it may look like a frame.
  const stack = error.stack?.replace(error.message, '');
  const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return { errorName: error.name, ...(frames ? { stack: frames.slice(0, 12).join('\n') } : {}) };
}
