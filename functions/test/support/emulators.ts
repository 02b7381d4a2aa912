import type { Destination } from '../../../scripts/start/journey.ts';

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`This test needs the emulators (${name} is not set): run "npm test".`);
  return value;
}

export const project = required('GCLOUD_PROJECT');
export const functionsUrl = required('LOCAL_STACK_FUNCTIONS_URL');
export const storageOrigin = `http://${required('FIREBASE_STORAGE_EMULATOR_HOST')}`;
/** The local OpenTelemetry collector that the functions send to. */
export const collectorOrigin = required('LOCAL_STACK_COLLECTOR_ORIGIN');
export const bucket = `${project}.appspot.com`;

/** The local stack that this test process runs in. */
export const stack: Destination = {
  project,
  origins: {
    auth: `http://${required('FIREBASE_AUTH_EMULATOR_HOST')}`,
    firestore: `http://${required('FIRESTORE_EMULATOR_HOST')}`,
  },
  functionUrl: (name) => `${functionsUrl}/${name}`,
};
