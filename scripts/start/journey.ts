// One person's way through the product against the local stack: sign up, consent, send a recording, read what came of it.
// The same steps serve `npm start` and the end-to-end tests.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { firestoreRest } from '../client/firestore-rest.ts';
import type { DocumentData, FirestoreRest } from '../client/firestore-rest.ts';

/** Where the journey goes: a Stack of local-stack/emulators.ts is one. */
export interface Destination {
  project: string;
  origins: { auth: string; firestore: string };
  functionUrl(name: string): string;
}

export interface Person {
  uid: string;
  email: string;
  password: string;
  idToken: string;
  /** Firestore with this person's own token, so that the rules apply. */
  firestore: FirestoreRest;
}

interface SignUp {
  localId: string;
  idToken: string;
}

export async function signUp({ project, origins }: Destination): Promise<Person> {
  const address = `${origins.auth}/identitytoolkit.googleapis.com/v1/accounts:signUp?key=local`;
  const email = `${randomBytes(6).toString('hex')}@example.org`;
  const password = randomBytes(12).toString('base64url');
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password, returnSecureToken: true }),
  });
  if (!response.ok) throw new Error(`Sign-up failed: ${response.status} ${await response.text()}`);
  const { localId, idToken } = (await response.json()) as SignUp;
  return {
    uid: localId,
    email,
    password,
    idToken,
    firestore: firestoreRest({ origin: origins.firestore, project, token: idToken }),
  };
}

export async function giveConsent(
  { uid, firestore }: Person,
  options: { language?: string } = {},
): Promise<void> {
  await firestore.set(`users/${uid}`, {
    timeZone: 'Europe/Berlin',
    language: options.language ?? 'en',
    consent: { generatedText: true, version: '1', at: new Date() },
  });
}

export interface UploadAnswer {
  uploadId: string;
  status: string;
  processedSamples: number;
  skippedSamples: number;
}

export async function sendRecording(
  to: Destination,
  person: Person,
  recording: unknown,
): Promise<UploadAnswer> {
  const response = await fetch(to.functionUrl('uploadRecording'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${person.idToken}` },
    body: JSON.stringify(recording),
  });
  if (response.status !== 202) throw new Error(`Upload refused: ${response.status} ${await response.text()}`);
  return (await response.json()) as UploadAnswer;
}

/** Where a person's report is; it wants their ID token. */
export function weeklyReportUrl(to: Destination, query: Record<string, string> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `${to.functionUrl('weeklyReport')}${search ? `?${search}` : ''}`;
}

/** Watches the status document until the upload has succeeded or failed, and resolves with it. */
export async function followUpload(
  { uid, firestore }: Person,
  uploadId: string,
  {
    onChange,
    timeoutMs = 60_000,
    pollMs = 50,
  }: { onChange?: (upload: DocumentData) => void; timeoutMs?: number; pollMs?: number } = {},
): Promise<DocumentData> {
  const deadline = Date.now() + timeoutMs;
  let last = '';
  for (;;) {
    const upload = await firestore.get(`users/${uid}/uploads/${uploadId}`);
    const state = upload ? JSON.stringify([upload['status'], upload['stage']]) : last;
    if (upload && state !== last) onChange?.(upload);
    last = state;
    if (upload?.['status'] === 'succeeded' || upload?.['status'] === 'failed') return upload;
    if (Date.now() > deadline)
      throw new Error(`Upload ${uploadId} is still ${last || 'unknown'} after ${timeoutMs} ms.`);
    await sleep(pollMs);
  }
}

export interface Outcome {
  upload: DocumentData;
  analysis: DocumentData | undefined;
  narrative: DocumentData | undefined;
}

export async function readOutcome(person: Person, uploadId: string, upload: DocumentData): Promise<Outcome> {
  const [analysis, narrative] = await Promise.all([
    person.firestore.get(`users/${person.uid}/analyses/${uploadId}`),
    person.firestore.get(`users/${person.uid}/narratives/${uploadId}`),
  ]);
  return { upload, analysis, narrative };
}
