import { Firestore } from 'firebase-admin/firestore';
import { localStack } from '../../../scripts/client/place.ts';

// There is no metadata server here to ask for credentials.
process.env.METADATA_SERVER_DETECTION = 'none';

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`This test needs the emulators (${name} is not set): run "npm test".`);
  return value;
}

export const project = required('GCLOUD_PROJECT');
const functionsUrl = required('LOCAL_STACK_FUNCTIONS_URL');
export const storageOrigin = `http://${required('FIREBASE_STORAGE_EMULATOR_HOST')}`;
/** The local OpenTelemetry collector that the functions send to. */
export const collectorOrigin = required('LOCAL_STACK_COLLECTOR_ORIGIN');
export const bucket = `${project}.appspot.com`;

/** The local stack that this test process runs in. */
export const stack = {
  project,
  origins: localStack().emulators!,
  functionUrl: (name: string) => `${functionsUrl}/${name}`,
};

/** Firestore as the owner of the project has it: no rules apply. */
export const administrator = new Firestore({ projectId: project });

/** The documents of a collection with their ids, as the owner of the project sees them. */
export async function documentsOf(path: string): Promise<{ id: string; data: object }[]> {
  const { docs } = await administrator.collection(path).get();
  return docs.map((document) => ({ id: document.id, data: document.data() }));
}
