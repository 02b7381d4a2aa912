// Firestore over REST: reads and writes documents as any client does, without an SDK.

/** A field's value in the JSON of Firestore's REST interface. */
export type RestValue =
  | { nullValue: null }
  | { booleanValue: boolean }
  | { integerValue: string }
  | { doubleValue: number | 'NaN' | 'Infinity' | '-Infinity' }
  | { timestampValue: string }
  | { stringValue: string }
  | { bytesValue: string }
  | { referenceValue: string }
  | { geoPointValue: { latitude?: number; longitude?: number } }
  | { arrayValue: { values?: RestValue[] } }
  | { mapValue: { fields?: RestFields } };

export type RestFields = Record<string, RestValue>;

export type Value =
  | null
  | boolean
  | number
  | string
  | Date
  | Uint8Array
  | { latitude: number; longitude: number }
  | Value[]
  | { [name: string]: Value };

export type DocumentData = Record<string, Value>;

/** Timestamps become Dates, bytes a Uint8Array, references their full name. */
export function decodeValue(value: RestValue): Value {
  if ('booleanValue' in value) return value.booleanValue;
  if ('integerValue' in value) return Number(value.integerValue);
  if ('doubleValue' in value) return Number(value.doubleValue);
  if ('timestampValue' in value) return new Date(value.timestampValue);
  if ('stringValue' in value) return value.stringValue;
  if ('bytesValue' in value) return new Uint8Array(Buffer.from(value.bytesValue, 'base64'));
  if ('referenceValue' in value) return value.referenceValue;
  if ('geoPointValue' in value) {
    const { latitude = 0, longitude = 0 } = value.geoPointValue;
    return { latitude, longitude };
  }
  if ('arrayValue' in value) return (value.arrayValue.values ?? []).map(decodeValue);
  if ('mapValue' in value) return decodeFields(value.mapValue.fields ?? {});
  return null;
}

export function decodeFields(fields: RestFields): DocumentData {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, decodeValue(value)]));
}

export function encodeValue(value: Value): RestValue {
  if (value === null) return { nullValue: null };
  if (typeof value === 'boolean') return { booleanValue: value };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return encodeNumber(value);
  if (value instanceof Date) return { timestampValue: value.toISOString() };
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(encodeValue) } };
  return { mapValue: { fields: encodeFields(value) } };
}

function encodeNumber(value: number): RestValue {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return { integerValue: String(value) };
  if (Number.isFinite(value)) return { doubleValue: value };
  return { doubleValue: String(value) as 'NaN' | 'Infinity' | '-Infinity' };
}

export function encodeFields(data: Record<string, Value>): RestFields {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, encodeValue(value)]));
}

/** An answer other than success or "no such document": above all 403, when the rules refuse. */
export class FirestoreRestError extends Error {
  override name = 'FirestoreRestError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface FirestoreRest {
  /** Undefined when there is no such document. */
  get(path: string): Promise<DocumentData | undefined>;
  /** Creates or replaces the document. */
  set(path: string, data: DocumentData): Promise<void>;
  delete(path: string): Promise<void>;
  /** The ids and fields of a collection's documents, the first 300. */
  list(path: string): Promise<{ id: string; data: DocumentData }[]>;
}

export interface FirestoreRestOptions {
  /** Of the emulator, `http://host:port`. */
  origin: string;
  project: string;
  /** An ID token: the rules apply. `owner`: the emulator's administrator. Without one: signed out. */
  token?: string;
}

interface RestDocument {
  name: string;
  fields?: RestFields;
}

export function firestoreRest({ origin, project, token }: FirestoreRestOptions): FirestoreRest {
  const documents = `${origin}/v1/projects/${project}/databases/(default)/documents`;

  const request = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (token) headers['authorization'] = `Bearer ${token}`;
    const init: RequestInit = { method, headers };
    if (body !== undefined) init.body = JSON.stringify(body);
    const response = await fetch(`${documents}/${path}`, init);
    if (response.status === 404) return undefined;
    if (!response.ok) {
      throw new FirestoreRestError(
        response.status,
        `${method} ${path}: ${response.status} ${await response.text()}`,
      );
    }
    return response.json();
  };

  return {
    get: async (path) => {
      const document = (await request('GET', path)) as RestDocument | undefined;
      return document && decodeFields(document.fields ?? {});
    },
    set: async (path, data) => {
      await request('PATCH', path, { fields: encodeFields(data) });
    },
    delete: async (path) => {
      await request('DELETE', path);
    },
    list: async (path) => {
      const page = (await request('GET', `${path}?pageSize=300`)) as
        { documents?: RestDocument[] } | undefined;
      return (page?.documents ?? []).map(({ name, fields }) => ({
        id: name.slice(name.lastIndexOf('/') + 1),
        data: decodeFields(fields ?? {}),
      }));
    },
  };
}
