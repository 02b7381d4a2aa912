// The whole way once: somebody new signs in, sends the sample week, gets the text, and is deleted again with all that came of it. The
// last step of a first deployment, and what CI does after each one to dev.
import { deleteUser, getAuth } from 'firebase/auth';
import { paths } from '../../functions/src/contract/upload.ts';
import { placeOf, type Place } from '../client/place.ts';
import { signUp, type Session } from '../client/session.ts';
import { applicationDefaultToken, googleApi } from '../deployment/google-api.ts';
import { samplePerson } from '../sample-data/sample-person.ts';
import { sampleWeek } from '../sample-data/sample-week.ts';
import { narrativeLines } from '../start/journey-report.ts';
import { testApp } from './test-app.ts';

type Say = (line?: string) => void;

/** Cold starts of four functions and Gemini's answer take half a minute; a lost event is made good by the sweep after ten. */
const patienceMs = 12 * 60_000;

/**
 * @param project undefined for the local stack of `npm start`
 * @returns whether the narrative arrived and everything is deleted
 * @throws Error with one sentence for what is missing
 */
export async function runFirstUpload(
  project: string | undefined,
  say: Say,
  signal: AbortSignal,
): Promise<boolean> {
  if (project === undefined) return firstUpload(placeOf({}), say, signal);
  const api = googleApi({ token: applicationDefaultToken(), quotaProject: project });
  const app = await testApp(api, googleApi({}), project);
  try {
    const place = placeOf({ project, apiKey: app.apiKey });
    return await firstUpload({ ...place, appCheck: app.appCheck }, say, signal);
  } finally {
    await app.remove();
  }
}

/** As `runFirstUpload`, in a place that lets somebody new in. */
export async function firstUpload(place: Place, say: Say, signal: AbortSignal): Promise<boolean> {
  const session = await signUp(place);
  let arrived: boolean;
  try {
    arrived = await sendWeek(session, place, say, signal);
  } catch (error) {
    // What went wrong first is what to read.
    await removePerson(session).catch((problem: unknown) => {
      say((problem as Error).message);
    });
    throw error;
  }
  await removePerson(session);
  say('\nThe person and all that came of the upload are deleted; the traces stay.');
  return arrived;
}

async function sendWeek(
  { uid, loop }: Session,
  place: Place,
  say: Say,
  signal: AbortSignal,
): Promise<boolean> {
  say(`Signed in to ${place.name} as ${uid}, somebody new.`);
  await loop.setPerson(samplePerson());
  const uploadId = await loop.uploadRecording(sampleWeek()).sent;
  say(`The sample week is sent as ${uploadId}.`);
  const patience = AbortSignal.timeout(patienceMs);
  try {
    const limits = { signal: AbortSignal.any([signal, patience]) };
    for await (const { status, sentence, code } of loop.uploadStatus(uploadId, limits))
      say(`  ${status.padEnd(10)} ${sentence}${code ? ` (${code})` : ''}`);
  } catch (error) {
    signal.throwIfAborted();
    if (!patience.aborted) throw error;
    throw new Error(`The upload has not ended within ${patienceMs / 60_000} minutes.`, { cause: error });
  }

  const [upload, analysis, narrative] = await Promise.all([
    loop.upload(uploadId),
    loop.analysis(uploadId),
    loop.narrative(uploadId),
  ]);
  const documents = [
    [paths.upload(uid, uploadId), upload],
    [paths.analysis(uid, uploadId), analysis],
    [paths.narrative(uid, uploadId), narrative],
  ] as const;
  say('\nDocuments:');
  for (const [path, document] of documents)
    say(`  ${document ? placeOfDocument(place, path) : `${path} is not there`}`);
  say('Traces:');
  const traces = documents.flatMap(([, document]) => document?.traceparent.split('-')[1] ?? []);
  for (const trace of new Set(traces)) say(`  ${placeOfTrace(place, trace, uploadId)}`);
  if (narrative) say(['\nThe narrative:', ...narrativeLines(narrative)].join('\n  '));
  return narrative !== undefined;
}

/** The data first: an account that is gone can no longer ask for it. */
async function removePerson({ uid, loop, app, end }: Session): Promise<void> {
  try {
    await loop.deleteMyData();
    await deleteUser(getAuth(app).currentUser!);
  } catch (error) {
    throw new Error(`The test person ${uid} could not be deleted: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    await end();
  }
}

function placeOfDocument({ project, emulators }: Place, path: string): string {
  if (emulators) return `${emulators.firestore}/v1/projects/${project}/databases/(default)/documents/${path}`;
  return `https://console.firebase.google.com/project/${project}/firestore/data/~2F${path.replaceAll('/', '~2F')}`;
}

function placeOfTrace({ project, emulators }: Place, trace: string, uploadId: string): string {
  if (emulators) return `${trace}: npm run trace -- ${uploadId}`;
  return `https://console.cloud.google.com/traces/explorer;traceId=${trace}?project=${project}`;
}
