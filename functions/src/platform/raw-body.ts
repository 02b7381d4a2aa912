import { subscribe } from 'node:diagnostics_channel';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Fault } from '../domain/fault.ts';

/**
 * The framework under a function reads, inflates and parses every body before the function is called, with its own
 * limits and its own error pages: a truncated gzip or a decompression bomb never reaches us. `keepBodiesRaw` hides
 * the body from it, by the headers that announce one, at the moment a request starts; the function then reads the
 * stream itself, counting.
 */

const hidden = Symbol('headers that the framework must not see');
const bodyHeaders = ['content-length', 'transfer-encoding', 'content-type', 'content-encoding'] as const;

type HiddenHeaders = Pick<IncomingHttpHeaders, (typeof bodyHeaders)[number]>;
type Request = IncomingMessage & { [hidden]?: HiddenHeaders };

/** From now on every request of this process keeps its body. Call it once, in a process that serves one function. */
export function keepBodiesRaw(): void {
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: Request };
    request[hidden] = {};
    for (const name of bodyHeaders) {
      const value = request.headers[name];
      if (value !== undefined) request[hidden][name] = value;
      delete request.headers[name];
    }
  });
}

/** The headers that describe the body, as they were sent. */
export function bodyHeadersOf(request: IncomingMessage): HiddenHeaders {
  return (request as Request)[hidden] ?? request.headers;
}

/** The length of the body in bytes where it was declared; a body in chunks has none. */
export function bodyLengthOf(request: IncomingMessage & { rawBody?: Buffer }): number | undefined {
  if (request.rawBody) return request.rawBody.length;
  const length = bodyHeadersOf(request)['content-length'];
  return length === undefined ? undefined : Number(length);
}

/** How slowly a body may come, so that nobody holds a place by sending next to nothing. */
export interface Pace {
  /** What any body may take, ms. */
  graceMs: number;
  /** What each further byte adds. */
  bytesPerMs: number;
  /** The longest that the slowest may take; the function itself has to answer before its own timeout. */
  mostMs: number;
}

/** 16 KiB/s after the first 20 s: a phone on the edge of its network is faster. */
const usualPace: Pace = { graceMs: 20_000, bytesPerMs: 16.384, mostMs: 100_000 };

/**
 * The body as a stream, or as the framework has read it where it was not hidden. Leaving the stream early does not
 * break the connection: the answer still has to get through it.
 *
 * @throws Fault `request/timeout` for a body that comes too slowly, `request/aborted` when the client has hung up
 */
export async function* bodyOf(
  request: IncomingMessage & { rawBody?: Buffer },
  pace = usualPace,
): AsyncGenerator<Uint8Array> {
  if (request.rawBody) {
    yield request.rawBody;
    return;
  }
  const began = performance.now();
  let received = 0;
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
  let waiting = false;
  try {
    for (;;) {
      const until = began + Math.min(pace.graceMs + received / pace.bytesPerMs, pace.mostMs);
      waiting = true;
      const next = await inTime(chunks.next(), until - performance.now());
      waiting = false;
      if (next.done) return;
      received += next.value.length;
      yield next.value;
    }
  } finally {
    // The iterator can only be closed when no chunk is awaited; where one is, the connection ends with the answer.
    if (!waiting) await chunks.return?.();
  }
}

/** What a chunk is, if it comes within `ms`. */
async function inTime<T>(chunk: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Fault('request/timeout')), Math.max(0, ms));
  });
  // The stream of a request fails in one way only: its connection is gone.
  const come = chunk.catch((error: unknown) => {
    throw new Fault('request/aborted', { cause: error });
  });
  try {
    return await Promise.race([come, late]);
  } finally {
    clearTimeout(timer);
  }
}
