import { join } from 'node:path';
import { cappedNarrator } from './adapters/capped-narrator.ts';
import { systemClock } from './adapters/clock.ts';
import { firebaseTokens } from './adapters/tokens.ts';
import { firestorePorts } from './adapters/firestore/firestore.ts';
import { firestoreSpending } from './adapters/firestore/spending.ts';
import { onnxModels } from './adapters/onnx.ts';
import { withDeadline } from './adapters/deadline.ts';
import { deadlines } from './adapters/policies.ts';
import { pubsubDeadLetters, pubsubRequests } from './adapters/pubsub.ts';
import { storageExports, storageRecordings } from './adapters/storage.ts';
import { vertexNarrator } from './adapters/vertex.ts';
import { analysisTopic, config, deadLetterTopic } from './config.ts';
import { narratorEvents, observations, observedModels } from './observations.ts';
import { lazy } from './domain/lazy.ts';
import { currentInvocation } from './telemetry/invocation.ts';
import { observed } from './telemetry/instrument.ts';
import { handOn } from './telemetry/trace.ts';
import type { Ports } from './workflows/ports.ts';

let ports: Ports | undefined;

/** The real ports, built once per instance. Every client behind them is imported and made when it is first used. */
export function app(): Ports {
  if (ports) return ports;
  const { project, recordingsBucket, vertex, narratorTextsADay, requiresAppCheck } = config();

  const firebase = lazy(async () => {
    const { getApps, initializeApp } = await import('firebase-admin/app');
    return getApps()[0] ?? initializeApp();
  });
  const firestore = lazy(async () => {
    const [admin, sdk] = await Promise.all([firebase(), import('firebase-admin/firestore')]);
    const db = sdk.getFirestore(admin);
    db.settings({ ignoreUndefinedProperties: true });
    return { sdk, db };
  });

  // One message per invocation: waiting for more to fill a batch would only delay it.
  const topic = (name: string) =>
    lazy(async () => {
      const { PubSub } = await import('@google-cloud/pubsub');
      return new PubSub({ projectId: project }).topic(name, { batching: { maxMessages: 1 } });
    });
  const bucket = lazy(async () =>
    new (await import('@google-cloud/storage')).Storage().bucket(recordingsBucket),
  );
  const auth = lazy(async () => (await import('firebase-admin/auth')).getAuth(await firebase()));
  const appCheck = lazy(async () => (await import('firebase-admin/app-check')).getAppCheck(await firebase()));
  const { keptLetters, announcedExports, ...documents } = firestorePorts(firestore);

  const all = told({
    clock: systemClock,
    ...bounded({
      ...documents,
      tokens: {
        ...firebaseTokens(auth, appCheck),
        ...(requiresAppCheck ? {} : { verifyApp: () => Promise.resolve() }),
      },
      exports: { ...announcedExports, ...storageExports(bucket) },
      recordings: storageRecordings(bucket),
      requests: pubsubRequests(topic(analysisTopic)),
      deadLetters: { ...pubsubDeadLetters(topic(deadLetterTopic)), ...keptLetters },
      spending: firestoreSpending(firestore, narratorTextsADay),
    }),
    // Sources lie in src/ and bundles in lib/; the models are beside either.
    models: observedModels(onnxModels(join(import.meta.dirname, '..', 'models'))),
    narrator: vertexNarrator({ project, ...vertex, ...narratorEvents }),
  });
  // What may not be asked is no call of Vertex AI, and is not counted as one.
  const narrator = cappedNarrator(all.narrator, all.spending, systemClock);
  ports = { ...all, narrator };
  return ports;
}

/** The ports with every call a span and, where it has something to count, a metric. */
function told({ clock, ...ports }: Ports): Ports {
  const carrying = { handOn, invocation: () => currentInvocation()?.traceparent };
  const table = observations(carrying, { analysisTopic, deadLetterTopic, model: config().vertex.model });
  const names = Object.keys(ports) as (keyof typeof ports)[];
  return {
    clock,
    ...Object.fromEntries(names.map((name) => [name, observed(name, ports[name], table[name])])),
  } as unknown as Ports;
}

type BoundedPorts = Pick<Ports, keyof typeof deadlines>;

/** The ports with their deadlines. */
function bounded(ports: BoundedPorts): BoundedPorts {
  const names = Object.keys(deadlines) as (keyof typeof deadlines)[];
  return Object.fromEntries(
    names.map((name) => [name, withDeadline(ports[name], deadlines[name])]),
  ) as unknown as BoundedPorts;
}
