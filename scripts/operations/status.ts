// `npm run status -- UPLOAD_ID [--follow] [--project PROJECT --api-key KEY]`: how far an upload has come, and what to do next.
//
// An upload of the signed-in person: without --project, of the person whom every command meets on the local stack.
import { parseArgs } from 'node:util';
import { ClientError, type ClarityLoop } from '../../functions/client/client.ts';
import type { UploadDocument } from '../../functions/src/contract/documents.ts';
import { placeOf } from '../client/place.ts';
import { openSession } from '../client/session.ts';
import { Interrupted, interruption } from '../lib/interruption.ts';

const usage =
  'usage: npm run status -- UPLOAD_ID [--follow] [--project PROJECT --api-key KEY] (signs in as npm run import does)';

/** What the document says, on one line. */
export function statusLine(upload: UploadDocument): string {
  const { progress, status, stage, sentence, nextStep, code } = upload;
  const share = `${Math.round(100 * progress)} %`.padStart(5);
  return `${share}  ${status}, ${stage}  ${sentence} ${nextStep}${code ? ` (${code})` : ''}`;
}

/**
 * Says how far the upload has come: once, or at each change until it has ended.
 *
 * @returns the exit status: 1 when it has failed
 * @throws ClientError `upload/not-found`
 */
export async function showStatus(
  loop: Pick<ClarityLoop, 'upload' | 'uploadStatus'>,
  uploadId: string,
  { follow, say, signal }: { follow: boolean; say: (line: string) => void; signal: AbortSignal },
): Promise<number> {
  let last: UploadDocument | undefined;
  const show = (upload: UploadDocument): void => {
    if (!last || statusLine(upload) !== statusLine(last)) say(statusLine(upload));
    last = upload;
  };
  if (follow) {
    for await (const upload of loop.uploadStatus(uploadId, { signal })) show(upload);
  } else {
    const upload = await loop.upload(uploadId);
    if (!upload) throw new ClientError('upload/not-found');
    show(upload);
  }
  return last?.status === 'failed' ? 1 : 0;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      follow: { type: 'boolean', default: false },
      project: { type: 'string' },
      'api-key': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [uploadId, ...more] = positionals;
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (!uploadId || more.length > 0 || !/^[A-Za-z0-9_-]{8,64}$/.test(uploadId)) {
    console.error(usage);
    return 2;
  }
  const signal = interruption();
  const session = await openSession(placeOf({ project: values.project, apiKey: values['api-key'] }));
  const say = (line: string): void => {
    console.log(line);
  };
  try {
    return await showStatus(session.loop, uploadId, { follow: values.follow, say, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await session.end();
  }
}

if (import.meta.main) {
  try {
    process.exitCode = await main();
  } catch (problem) {
    if (problem instanceof Interrupted) process.exitCode = 130;
    else {
      console.error(`status: ${(problem as Error).message}`);
      process.exitCode = 1;
    }
  }
}
