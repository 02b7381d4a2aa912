import { expr, projectID } from 'firebase-functions/params';
import type { GlobalOptions } from 'firebase-functions/v2/options';
import { params } from './config.ts';

/** The whole address: firebase-tools 15 hands the short form `name@` to Cloud Scheduler and Secret Manager, which refuse it. */
const account = (name: string) => expr`${name}@${projectID}.iam.gserviceaccount.com`;

/** Called by clients, from anywhere; who they are is checked by the function itself. */
const byClients = { ingressSettings: 'ALLOW_ALL', minInstances: 0, maxInstances: 10 } as const;
/** Called by Eventarc and Cloud Scheduler only, which count as internal; a failed event is delivered again. */
const byEvents = { ingressSettings: 'ALLOW_INTERNAL_ONLY', minInstances: 0, retry: true } as const;
/** The way of an upload: what a deployment keeps warm, and how wide it may become. */
const onTheWay = { minInstances: params.MIN_INSTANCES, maxInstances: params.MAX_INSTANCES } as const;

/**
 * How every function is deployed: its size, how many there may be, who it runs as, and who may call it. An entry spreads its row
 * and adds only its trigger. `infra/functions.tf` has an account for each row.
 */
export const deployment = {
  uploadRecording: {
    ...byClients,
    ...onTheWay,
    serviceAccount: account('upload-recording'),
    memory: '1GiB',
    cpu: 1,
    concurrency: 24, // of small ones; what they hold together is bounded by platform/admission.ts
    timeoutSeconds: 120,
    invoker: 'public',
  },
  weeklyReport: {
    ...byClients,
    serviceAccount: account('weekly-report'),
    memory: '512MiB',
    cpu: 1,
    concurrency: 8,
    timeoutSeconds: 60,
    invoker: 'public',
  },
  requestUpload: {
    ...byClients,
    ...onTheWay,
    serviceAccount: account('request-upload'),
    memory: '256MiB',
    cpu: 1,
    concurrency: 40,
    timeoutSeconds: 30,
  },
  retryUpload: {
    ...byClients,
    serviceAccount: account('retry-upload'),
    memory: '256MiB',
    cpu: 1,
    concurrency: 40,
    timeoutSeconds: 30,
  },
  deleteUpload: {
    ...byClients,
    serviceAccount: account('delete-upload'),
    memory: '512MiB',
    cpu: 1,
    concurrency: 8,
    timeoutSeconds: 120,
  },
  refreshNarrative: {
    ...byClients,
    serviceAccount: account('refresh-narrative'),
    memory: '512MiB',
    cpu: 1,
    concurrency: 20,
    maxInstances: 2, // few, because each of them may wait for Vertex AI
    timeoutSeconds: 120,
  },
  exportMyData: {
    ...byClients,
    serviceAccount: account('export-my-data'),
    memory: '1GiB',
    cpu: 1,
    concurrency: 4,
    maxInstances: 5,
    timeoutSeconds: 300,
  },
  deleteMyData: {
    ...byClients,
    serviceAccount: account('delete-my-data'),
    memory: '512MiB',
    cpu: 1,
    concurrency: 4,
    maxInstances: 5,
    timeoutSeconds: 300,
  },
  onRecordingFinalized: {
    ...byEvents,
    ...onTheWay,
    serviceAccount: account('on-recording-finalized'),
    memory: '256MiB',
    cpu: 1,
    concurrency: 20,
    timeoutSeconds: 60,
  },
  onAnalysisRequested: {
    ...byEvents,
    ...onTheWay,
    serviceAccount: account('on-analysis-requested'),
    memory: '1GiB',
    cpu: 1,
    concurrency: 4,
    timeoutSeconds: 540, // work hands itself over after six minutes
  },
  onAnalysisWritten: {
    ...byEvents,
    ...onTheWay,
    serviceAccount: account('on-analysis-written'),
    memory: '512MiB',
    cpu: 1,
    concurrency: 20,
    maxInstances: 5, // times 20: as many questions at once as Vertex AI is asked
    timeoutSeconds: 120,
  },
  onDeadLetter: {
    ...byEvents,
    serviceAccount: account('on-dead-letter'),
    memory: '256MiB',
    cpu: 1,
    concurrency: 20,
    maxInstances: 5,
    timeoutSeconds: 60,
  },
  sweepStalled: {
    serviceAccount: account('sweep-stalled'),
    ingressSettings: 'ALLOW_INTERNAL_ONLY',
    memory: '512MiB',
    cpu: 1,
    concurrency: 1,
    minInstances: 0,
    maxInstances: 1, // one sweep at a time
    timeoutSeconds: 540,
  },
} as const satisfies Record<string, GlobalOptions & { retry?: boolean }>;
