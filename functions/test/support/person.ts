import { localStack } from '../../../scripts/client/place.ts';
import {
  newCredentials,
  signUp as open,
  type Credentials,
  type Session,
} from '../../../scripts/client/session.ts';
import type { UploadState } from '../../client/client.ts';
import { paths } from '../../src/contract/upload.ts';
import { documentsOf } from './emulators.ts';

/** Someone who has signed up, with the client that apps use and what requests without it need. */
export interface Person extends Session, Credentials {
  token: string;
}

const sessions: Session[] = [];
after(() => Promise.all(sessions.splice(0).map((session) => session.end())));

export async function signUp(): Promise<Person> {
  const credentials = newCredentials();
  const session = await open(localStack(), credentials);
  sessions.push(session);
  return { ...session, ...credentials, token: await session.idToken() };
}

/** Follows an upload until it has succeeded or failed. */
export async function finished(
  { loop }: Person,
  uploadId: string,
  onChange?: (upload: UploadState) => void,
): Promise<UploadState> {
  let last: UploadState | undefined;
  for await (last of loop.uploadStatus(uploadId)) onChange?.(last);
  return last!;
}

export async function uploadIds({ uid }: Person): Promise<string[]> {
  return (await documentsOf(paths.uploads(uid))).map(({ id }) => id);
}
