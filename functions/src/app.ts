import { join } from 'node:path';
import { firebaseTokens } from './adapters/tokens.ts';
import { firestorePorts } from './adapters/firestore.ts';
import { onnxModels } from './adapters/onnx.ts';
import { pubsubRequests } from './adapters/pubsub.ts';
import { storageRecordings } from './adapters/storage.ts';
import { vertexNarrator } from './adapters/vertex.ts';
import { analysisTopic, config } from './config.ts';
import { errorFields, log } from './platform/log.ts';
import type { Ports } from './workflows/ports.ts';

let ports: Ports | undefined;

/** The real ports, built once per instance. Every client behind them is imported and made when it is first used. */
export function app(): Ports {
  if (ports) return ports;
  const { project, recordingsBucket, vertex } = config();

  const firebase = once(async () => {
    const { getApps, initializeApp } = await import('firebase-admin/app');
    return getApps()[0] ?? initializeApp();
  });
  const firestore = once(async () => {
    const [admin, sdk] = await Promise.all([firebase(), import('firebase-admin/firestore')]);
    const db = sdk.getFirestore(admin);
    db.settings({ ignoreUndefinedProperties: true });
    return { sdk, db };
  });

  ports = {
    clock: { now: () => Date.now() },
    tokens: firebaseTokens(once(async () => (await import('firebase-admin/auth')).getAuth(await firebase()))),
    ...firestorePorts(firestore),
    recordings: storageRecordings(
      once(async () => new (await import('@google-cloud/storage')).Storage().bucket(recordingsBucket)),
    ),
    requests: pubsubRequests(
      once(async () =>
        new (await import('@google-cloud/pubsub')).PubSub({ projectId: project }).topic(analysisTopic, {
          // One message per invocation: waiting for more to fill a batch would only delay it.
          batching: { maxMessages: 1 },
        }),
      ),
    ),
    // Sources lie in src/ and bundles in lib/; the models are beside either.
    models: onnxModels(join(import.meta.dirname, '..', 'models')),
    narrator: vertexNarrator({
      project,
      ...vertex,
      onFailure: (error, status) => {
        log('warn', 'narrator.failed', { ...(status ? { status } : {}), ...errorFields(error) });
      },
      onBreaker: (state) => {
        log('warn', 'narrator.breaker', { state });
      },
    }),
  };
  return ports;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
