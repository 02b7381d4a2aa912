import { subscribe } from 'node:diagnostics_channel';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

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

/**
 * The body as a stream, or as the framework has read it where it was not hidden. Leaving the stream early does not
 * break the connection: the answer still has to get through it.
 */
export function bodyOf(request: IncomingMessage & { rawBody?: Buffer }): AsyncIterable<Uint8Array> {
  if (request.rawBody) return Readable.from([request.rawBody]);
  return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
}
