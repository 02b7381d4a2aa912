import { randomUUID } from 'node:crypto';

/** The headers of a request by name, in small letters. */
export interface Headed {
  headers: Record<string, string | string[] | undefined>;
}

/** The value of a header that was sent once; undefined otherwise. */
export function headerOf({ headers }: Headed, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

const requestIdPattern = /^[A-Za-z0-9_-]{8,128}$/;

/** The client's own id of the request where it has a usable one, else a new one. */
export function requestIdOf(request: Headed): string {
  const given = headerOf(request, 'x-request-id');
  return given !== undefined && requestIdPattern.test(given) ? given : randomUUID();
}
