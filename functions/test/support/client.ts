import type { Person } from '../../../scripts/journey.ts';
import { bucket, stack, storageOrigin } from './emulators.ts';

export interface PostOptions {
  token?: string | undefined;
  contentType?: string;
  headers?: Record<string, string>;
  path?: string;
}

/** Posts bytes to the function as any client may. */
export function post(
  body: string | Uint8Array<ArrayBuffer> | ReadableStream,
  { token, contentType = 'application/json', headers = {}, path = '' }: PostOptions,
): Promise<Response> {
  return fetch(`${stack.functionUrl('uploadRecording')}${path}`, {
    method: 'POST',
    headers: {
      'content-type': contentType,
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body,
    duplex: 'half',
  });
}

/** Calls a callable function as the Firebase SDK does; gives its result, or its error. */
export async function call(
  name: string,
  data: unknown,
  token?: string,
): Promise<{ status: number; result?: Record<string, unknown>; error?: Record<string, unknown> }> {
  const response = await fetch(stack.functionUrl(name), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ data }),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

/** Uploads an object as the Storage SDK of a signed-in person does; gives the HTTP status. */
export async function putObject(
  name: string,
  body: string,
  contentType: string,
  token: string | undefined,
): Promise<number> {
  const response = await fetch(`${storageOrigin}/v0/b/${bucket}/o?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { 'content-type': contentType, ...(token ? { authorization: `Firebase ${token}` } : {}) },
    body,
  });
  return response.status;
}

/** What a person may do with an object; gives the HTTP status. */
export async function touchObject(
  method: 'GET' | 'DELETE',
  name: string,
  token: string | undefined,
): Promise<number> {
  const response = await fetch(`${storageOrigin}/v0/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`, {
    method,
    headers: token ? { authorization: `Firebase ${token}` } : {},
  });
  return response.status;
}

/** The metadata of an object, as the project's owner sees it; undefined when there is none. */
export async function objectMetadata(name: string): Promise<Record<string, unknown> | undefined> {
  const response = await fetch(`${storageOrigin}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`, {
    headers: { authorization: 'Bearer owner' },
  });
  return response.status === 200 ? ((await response.json()) as Record<string, unknown>) : undefined;
}

/** The status document's own uploads of a person, by id. */
export async function uploadIds({ uid, firestore }: Person): Promise<string[]> {
  return (await firestore.list(`users/${uid}/uploads`)).map(({ id }) => id);
}
