import assert from 'node:assert/strict';
import { getAuth } from 'firebase/auth';
import type { UploadAnswer } from '../../src/contract/answers.ts';
import { bucket, stack, storageOrigin } from './emulators.ts';
import type { Person } from './person.ts';

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

/** Posts a recording that the function must take; gives its answer. */
export async function sendRecording({ token }: Person, recording: object): Promise<UploadAnswer> {
  const response = await post(JSON.stringify(recording), { token });
  assert.equal(response.status, 202);
  return (await response.json()) as UploadAnswer;
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
  of = bucket,
): Promise<number> {
  const response = await fetch(`${storageOrigin}/v0/b/${of}/o?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { 'content-type': contentType, ...(token ? { authorization: `Firebase ${token}` } : {}) },
    body,
  });
  return response.status;
}

/** Stores an object over the heads of the rules. */
export async function storeObject(
  name: string,
  body: string,
  metadata: Record<string, string>,
  of = bucket,
): Promise<void> {
  const boundary = 'part';
  const about = JSON.stringify({ name, contentType: 'application/json', metadata });
  const response = await fetch(`${storageOrigin}/upload/storage/v1/b/${of}/o?uploadType=multipart`, {
    method: 'POST',
    headers: { authorization: 'Bearer owner', 'content-type': `multipart/related; boundary=${boundary}` },
    body: [
      `--${boundary}\r\ncontent-type: application/json\r\n\r\n${about}`,
      `--${boundary}\r\ncontent-type: application/json\r\n\r\n${body}`,
      `--${boundary}--`,
    ].join('\r\n'),
  });
  if (!response.ok) throw new Error(`${name} was not stored: ${response.status} ${await response.text()}`);
}

/** What a person may do with an object, or with the objects under a prefix; gives the HTTP status. */
export async function touchObject(
  method: 'GET' | 'DELETE' | 'PATCH' | 'LIST',
  name: string,
  token: string | undefined,
  of = bucket,
): Promise<number> {
  const objects = `${storageOrigin}/v0/b/${of}/o`;
  const address =
    method === 'LIST'
      ? `${objects}?prefix=${encodeURIComponent(name)}`
      : `${objects}/${encodeURIComponent(name)}${method === 'GET' ? '?alt=media' : ''}`;
  const response = await fetch(address, {
    method: method === 'LIST' ? 'GET' : method,
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Firebase ${token}` } : {}) },
    ...(method === 'PATCH' ? { body: '{"cacheControl": "no-cache"}' } : {}),
  });
  return response.status;
}

/** Changes an account as the project's owner may; gives the person with a new token. */
export async function administrate(person: Person, changes: Record<string, unknown>): Promise<Person> {
  const accounts = `${stack.origins.auth}/identitytoolkit.googleapis.com/v1/projects/${stack.project}/accounts`;
  const response = await fetch(`${accounts}:update`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer owner' },
    body: JSON.stringify({ localId: person.uid, ...changes }),
  });
  assert.equal(response.status, 200);
  if (changes.disableUser === true) return person;
  return { ...person, token: await getAuth(person.app).currentUser!.getIdToken(true) };
}

/** An object as a person gets it. */
export async function readObject(
  name: string,
  token: string | undefined,
): Promise<{ status: number; body: string }> {
  const address = `${storageOrigin}/v0/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`;
  const response = await fetch(address, { headers: token ? { authorization: `Firebase ${token}` } : {} });
  return { status: response.status, body: await response.text() };
}

/** The names of the objects under a prefix, as the project's owner sees them. */
export async function listObjects(prefix: string): Promise<string[]> {
  const response = await fetch(
    `${storageOrigin}/storage/v1/b/${bucket}/o?prefix=${encodeURIComponent(prefix)}`,
    { headers: { authorization: 'Bearer owner' } },
  );
  const { items = [] } = (await response.json()) as { items?: { name: string }[] };
  return items.map(({ name }) => name);
}

/** The metadata of an object, as the project's owner sees it; undefined when there is none. */
export async function objectMetadata(name: string): Promise<Record<string, unknown> | undefined> {
  const response = await fetch(`${storageOrigin}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`, {
    headers: { authorization: 'Bearer owner' },
  });
  return response.status === 200 ? ((await response.json()) as Record<string, unknown>) : undefined;
}
