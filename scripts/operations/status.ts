// How far an upload has come, and what to do next: on the emulators of a running `npm start`, whoever's upload it is; in a project,
// as the signed-in person.
import { setTimeout as sleep } from 'node:timers/promises';
import { accountOf, destinationOf, type DestinationOptions } from '../client/credentials.ts';
import { unreachable } from '../client/account.ts';
import type { Destination } from '../client/destination.ts';
import { sender, surroundings } from '../client/request.ts';
import { decodeFields, type DocumentData, type RestFields } from '../client/firestore-rest.ts';

const pollMs = 1_000;

/** The status document, or undefined where there is none. */
export type ReadStatus = () => Promise<DocumentData | undefined>;

/** What the document says, on one line; documents from before the sentences have only their status. */
export function statusLine(upload: DocumentData): string {
  const { progress, status, stage, sentence, nextStep, code } = upload;
  const share = typeof progress === 'number' ? `${Math.round(100 * progress)} %` : '';
  const told = typeof sentence === 'string' ? `  ${sentence} ${text(nextStep)}` : '';
  return `${share.padStart(5)}  ${text(status)}, ${text(stage)}${told}${typeof code === 'string' ? ` (${code})` : ''}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '?';
}

/**
 * Says how far the upload has come: once, or at each change until it has ended.
 *
 * @returns the exit status: 1 when it has failed
 * @throws RangeError when there is no such upload
 */
export async function showStatus(
  read: ReadStatus,
  { follow, say, wait }: { follow: boolean; say: (line: string) => void; wait: () => Promise<void> },
): Promise<number> {
  let last = '';
  for (;;) {
    const upload = await read();
    if (!upload) throw new RangeError('There is no such upload.');
    const line = statusLine(upload);
    if (line !== last) say(line);
    last = line;
    const { status } = upload;
    if (status === 'failed') return 1;
    if (!follow || status === 'succeeded') return 0;
    await wait();
  }
}

/** The upload in the emulator, of any person: there it is the developer who asks. */
function localStatus({ firestoreUrl, project, ...to }: Destination, uploadId: string): ReadStatus {
  const address = `${firestoreUrl}/v1/projects/${project}/databases/(default)/documents:runQuery`;
  const query = {
    from: [{ collectionId: 'uploads', allDescendants: true }],
    where: {
      fieldFilter: { field: { fieldPath: 'uploadId' }, op: 'EQUAL', value: { stringValue: uploadId } },
    },
    limit: 1,
  };
  return async () => {
    const response = await fetch(address, {
      method: 'POST',
      headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
      body: JSON.stringify({ structuredQuery: query }),
    }).catch((error: unknown) => {
      throw new RangeError(unreachable({ firestoreUrl, project, ...to }), { cause: error });
    });
    if (!response.ok) throw new RangeError(`Firestore answered ${response.status}.`);
    const [found] = (await response.json()) as { document?: { fields: RestFields } }[];
    return found?.document && decodeFields(found.document.fields);
  };
}

/** The signed-in person's own upload, asked of the function. */
async function projectStatus(to: Destination, uploadId: string, signal: AbortSignal): Promise<ReadStatus> {
  const send = sender(
    to,
    await accountOf(to),
    surroundings((line) => {
      console.error(line);
    }, signal),
  );
  const address = `${to.functionUrl('uploadRecording')}/api/v1/health-data/upload/${uploadId}/status`;
  return async () => {
    const { status, body } = await send(address, { method: 'GET' });
    if (status === 404) return undefined;
    if (status !== 200) throw new RangeError(`${text(body['title'])} (${status})`);
    return body as DocumentData;
  };
}

export interface Options extends DestinationOptions {
  uploadId: string;
  follow: boolean;
}

/** @returns the exit code, as `showStatus` */
export async function runStatus(
  { uploadId, follow, ...destination }: Options,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const to = destinationOf(destination);
  const read = to.local ? localStatus(to, uploadId) : await projectStatus(to, uploadId, signal);
  return showStatus(read, {
    follow,
    say,
    wait: async () => {
      await sleep(pollMs, undefined, { signal }).catch(() => {
        signal.throwIfAborted();
      });
    },
  });
}
