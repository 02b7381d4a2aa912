import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Firestore } from 'firebase-admin/firestore';

/** What was asked of Firestore, as it is billed. */
export interface FirestoreCount {
  /** Documents that were read or found missing; a query reads what it finds, and one where it finds nothing. */
  reads: number;
  /** Documents that were created, set, updated or deleted; a conditional write that is refused is none. */
  writes: number;
  /** The same one by one, each as `read` or `write` and its path. */
  documents: string[];
}

type Rpc = (method: string, ...inputs: unknown[]) => Promise<unknown>;
interface Transport {
  request: Rpc;
  requestStream: Rpc;
}

/** An answer to a call that reads, as far as it names a document. */
interface Answer {
  found?: { name: string };
  missing?: string;
  document?: { name: string };
}

/** Counts what a Firestore client sends and receives, at the two methods through which all its calls go. */
export function meterFirestore(db: Firestore): FirestoreCount {
  const count: FirestoreCount = { reads: 0, writes: 0, documents: [] };
  const transport = db as unknown as Transport;
  const request = transport.request.bind(db);
  const requestStream = transport.requestStream.bind(db);
  const note = (what: string, name = ''): void => {
    count.documents.push(`${what} ${name.slice(name.indexOf('/documents/') + '/documents/'.length)}`);
  };

  transport.request = async (method, ...inputs) => {
    const answer = await request(method, ...inputs);
    if (method === 'commit') {
      const { writes = [] } = inputs[0] as { writes?: { update?: { name: string }; delete?: string }[] };
      count.writes += writes.length;
      for (const write of writes) note('write', write.update?.name ?? write.delete);
    } else if (!['beginTransaction', 'rollback'].includes(method))
      throw new Error(`${method} is not counted`);
    return answer;
  };
  transport.requestStream = async (method, ...inputs) => {
    const stream = (await requestStream(method, ...inputs)) as NodeJS.ReadableStream;
    if (method !== 'batchGetDocuments' && method !== 'runQuery') throw new Error(`${method} is not counted`);
    let read = 0;
    stream.on('data', ({ found, missing, document }: Answer) => {
      if (!found && !missing && !document) return;
      read++;
      count.reads++;
      note('read', found?.name ?? missing ?? document?.name);
    });
    stream.on('end', () => {
      if (read > 0) return;
      count.reads++;
      note('read', '/documents/(nothing found)');
    });
    return stream;
  };
  return count;
}

/** Counts the HTTP requests of this process to one host. */
export function meterHttp(host: string): { count: { requests: number }; stop: () => void } {
  const count = { requests: 0 };
  const node = (message: unknown): void => {
    const { request } = message as { request: { getHeader(name: string): unknown } };
    if (request.getHeader('host') === host) count.requests++;
  };
  const undici = (message: unknown): void => {
    const { origin } = (message as { request: { origin: string } }).request;
    if (new URL(origin).host === host) count.requests++;
  };
  subscribe('http.client.request.start', node);
  subscribe('undici:request:create', undici);
  const stop = (): void => {
    unsubscribe('http.client.request.start', node);
    unsubscribe('undici:request:create', undici);
  };
  return { count, stop };
}
