import { join } from 'node:path';
import { firebaseTokens } from './adapters/tokens.ts';
import { firestorePorts } from './adapters/firestore/firestore.ts';
import { onnxModels } from './adapters/onnx.ts';
import { withDeadline } from './adapters/deadline.ts';
import { deadlines } from './adapters/policies.ts';
import { pubsubDeadLetters, pubsubRequests } from './adapters/pubsub.ts';
import { storageExports, storageRecordings } from './adapters/storage.ts';
import { vertexNarrator } from './adapters/vertex.ts';
import { analysisTopic, config, deadLetterTopic } from './config.ts';
import { observations, observedModels } from './observations.ts';
import { currentInvocation } from './telemetry/invocation.ts';
import { errorFields, log } from './telemetry/log.ts';
import { measure } from './telemetry/metrics.ts';
import { observed } from './telemetry/instrument.ts';
import { handOn } from './telemetry/trace.ts';
import type { Ports } from './workflows/ports.ts';

let ports: Ports | undefined;

/** The real ports, built once per instance. Every client behind them is imported and made when it is first used. */
export function app(): Ports {
  if (ports) return ports;
  const { project, recordingsBucket, vertex, requiresAppCheck } = config();

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

  // One message per invocation: waiting for more to fill a batch would only delay it.
  const topic = (name: string) =>
    once(async () => {
      const { PubSub } = await import('@google-cloud/pubsub');
      return new PubSub({ projectId: project }).topic(name, { batching: { maxMessages: 1 } });
    });
  const bucket = once(async () =>
    new (await import('@google-cloud/storage')).Storage().bucket(recordingsBucket),
  );
  const auth = once(async () => (await import('firebase-admin/auth')).getAuth(await firebase()));
  const appCheck = once(async () => (await import('firebase-admin/app-check')).getAppCheck(await firebase()));
  const { keptLetters, announcedExports, ...documents } = firestorePorts(firestore);

  ports = told({
    clock: { now: () => Date.now() },
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
    }),
    // Sources lie in src/ and bundles in lib/; the models are beside either.
    models: observedModels(onnxModels(join(import.meta.dirname, '..', 'models'))),
    narrator: vertexNarrator({
      project,
      ...vertex,
      onFailure: (error, status) => {
        log('warn', 'narrator.failed', { ...(status ? { status } : {}), ...errorFields(error) });
        measure('clarity_loop.narrator.calls', 1, {
          outcome: 'failed',
          'http.response.status_code': status ?? 0,
        });
      },
      onBreaker: (state) => {
        log('warn', 'narrator.breaker', { state });
        measure('clarity_loop.narrator.breaker', breakerValues[state]);
      },
      onRetry: () => {
        measure('clarity_loop.retries', 1, { target: 'vertex' });
      },
      onTokens: ({ input, output }) => {
        measure('clarity_loop.narrator.calls', 1, { outcome: 'answered', 'http.response.status_code': 200 });
        measure('gen_ai.client.token.usage', input, { 'gen_ai.token.type': 'input' });
        measure('gen_ai.client.token.usage', output, { 'gen_ai.token.type': 'output' });
      },
    }),
  });
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

const breakerValues = { closed: 0, 'half-open': 1, open: 2 } as const;

type BoundedPorts = Pick<Ports, keyof typeof deadlines>;

/** The ports with their deadlines. */
function bounded(ports: BoundedPorts): BoundedPorts {
  const names = Object.keys(deadlines) as (keyof typeof deadlines)[];
  return Object.fromEntries(
    names.map((name) => [name, withDeadline(ports[name], deadlines[name])]),
  ) as unknown as BoundedPorts;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
