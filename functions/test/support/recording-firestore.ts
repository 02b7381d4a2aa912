import { Readable } from 'node:stream';
import { Firestore } from 'firebase-admin/firestore';
import type { StructuredQuery } from './firestore-indexes.ts';

/** A value as the client sends it; what has none of these keys has no parts. */
export interface SentValue {
  bytesValue?: Uint8Array;
  arrayValue?: { values?: SentValue[] };
  mapValue?: { fields?: SentFields };
}
export type SentFields = Record<string, SentValue>;

interface Write {
  update?: { name: string; fields: SentFields };
  delete?: string;
}

const now = { seconds: 1, nanos: 0 };
const transaction = Buffer.from('transaction');
const pathOf = (name: string): string => name.slice(name.indexOf('/documents/') + '/documents/'.length);

/**
 * The real client without a network: it keeps the queries that it would have sent and the documents that it would have written.
 * Documents are found again by name; queries find nothing.
 */
export class RecordingFirestore extends Firestore {
  readonly queries: StructuredQuery[] = [];
  /** What was written, by path, as it was sent. */
  readonly documents = new Map<string, SentFields>();

  constructor() {
    super({ projectId: 'recorded', ignoreUndefinedProperties: true });
  }

  /** In the place of the client's own method, through which its calls with one answer go. */
  request(method: string, input: { writes?: Write[]; parent?: string }): Promise<unknown> {
    const { writes = [] } = input;
    switch (method) {
      case 'commit':
      case 'batchWrite':
        for (const write of writes) this.#write(write);
        return Promise.resolve({
          commitTime: now,
          writeResults: writes.map(() => ({ updateTime: now })),
          status: writes.map(() => ({ code: 0 })),
        });
      case 'beginTransaction':
        return Promise.resolve({ transaction });
      case 'rollback':
        return Promise.resolve({});
      case 'listCollectionIds':
        return Promise.resolve(this.#collectionsBelow(pathOf(input.parent!)));
      default:
        return Promise.reject(new Error(`${method} is not recorded`));
    }
  }

  /** The same for the calls with a stream of answers. */
  requestStream(
    method: string,
    _: boolean,
    input: { documents?: string[]; structuredQuery?: StructuredQuery; newTransaction?: object },
  ): Promise<Readable> {
    const begun = input.newTransaction ? [{ transaction }] : [];
    switch (method) {
      case 'runQuery':
        this.queries.push(input.structuredQuery!);
        return Promise.resolve(Readable.from([...begun, { readTime: now }]));
      case 'batchGetDocuments':
        return Promise.resolve(
          Readable.from([
            ...begun,
            ...input.documents!.map((name) => ({ ...this.#find(name), readTime: now })),
          ]),
        );
      default:
        return Promise.reject(new Error(`${method} is not recorded`));
    }
  }

  #write({ update, delete: removed }: Write): void {
    if (removed) this.documents.delete(pathOf(removed));
    if (update) this.documents.set(pathOf(update.name), update.fields);
  }

  #find(name: string): object {
    const fields = this.documents.get(pathOf(name));
    return fields ? { found: { name, fields, createTime: now, updateTime: now } } : { missing: name };
  }

  #collectionsBelow(path: string): string[] {
    const below = [...this.documents.keys()].filter((one) => one.startsWith(`${path}/`));
    return [...new Set(below.map((one) => one.slice(path.length + 1).split('/')[0]!))];
  }
}
