import { onSnapshot, Timestamp, type DocumentReference } from 'firebase/firestore';
import { ClientError, clientErrorOf } from './client-error.ts';
import type { UploadState } from './upload-state.ts';

/** Timestamps of Firestore as dates, at any depth. */
export function withDates(value: unknown): unknown {
  if (value instanceof Timestamp) return value.toDate();
  if (Array.isArray(value)) return value.map(withDates);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withDates(field)]));
}

type News = { upload: UploadState } | { gone: true } | { error: unknown };

/**
 * The states of an upload from now until it has succeeded or failed, or is gone. Who is slow to read gets the newest.
 *
 * @throws ClientError `upload/not-found`, `client/canceled` by the signal
 */
export async function* statesOf(
  document: DocumentReference,
  signal: AbortSignal | undefined,
): AsyncGenerator<UploadState, void, undefined> {
  let news: News | undefined;
  let wake = (): void => undefined;
  const tell = (latest: News): void => {
    news = latest;
    wake();
  };
  const abort = (): void => tell({ error: new ClientError('client/canceled', { cause: signal?.reason }) });
  const unsubscribe = onSnapshot(
    document,
    { includeMetadataChanges: true },
    (snapshot) => {
      // What is kept on the device may be long past: an upload that had failed then may be at work again.
      if (snapshot.metadata.fromCache) return;
      const fields = snapshot.data();
      tell(fields ? { upload: withDates(fields) as UploadState } : { gone: true });
    },
    (error) => tell({ error }),
  );
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();

  let last: UploadState | undefined;
  try {
    for (;;) {
      if (!news) await new Promise<void>((resolve) => (wake = resolve));
      const latest: News = news!;
      news = undefined;
      if ('error' in latest) throw clientErrorOf(latest.error);
      if ('gone' in latest) {
        if (last) return;
        throw new ClientError('upload/not-found');
      }
      const { upload } = latest;
      if (upload.updatedAt.getTime() === last?.updatedAt.getTime()) continue;
      last = upload;
      yield upload;
      if (upload.status === 'succeeded' || upload.status === 'failed') return;
    }
  } finally {
    unsubscribe();
    signal?.removeEventListener('abort', abort);
  }
}
