import { faults, type FaultCode } from '../fault.ts';
import type { Upload, UploadStage, UploadStatus } from './upload.ts';

/** What an upload's status document tells a person who reads it. */
export interface UploadProgress {
  /** From 0 to 1. Never falls while one try lasts; `retryUpload` begins another. */
  progress: number;
  /** What is happening, in English. */
  sentence: string;
  /** What the person can do about it, in English. */
  nextStep: string;
}

/** How far an upload has come when a worker is at this stage, or when it failed there. */
const reached = { upload: 0, analysis: 0.5, narrative: 0.75 } as const satisfies Record<UploadStage, number>;

const failedAt = {
  upload: 'The recording did not arrive.',
  analysis: 'The recording could not be analysed.',
  narrative: 'The text could not be written.',
} as const satisfies Record<UploadStage, string>;

const atWork = {
  upload: 'The recording is being taken in.',
  analysis: 'The recording is being analysed.',
  narrative: 'The analysis is ready, and its text is being written.',
} as const satisfies Record<UploadStage, string>;

const wait = 'There is nothing to do but wait a moment.';

const table = {
  requested: () => ({
    progress: 0,
    sentence: 'The recording is expected.',
    nextStep: 'Send the recording, if it is not on its way.',
  }),
  queued: () => ({
    progress: 0.25,
    sentence: 'The recording has arrived and waits for its analysis.',
    nextStep: wait,
  }),
  processing: ({ stage }) => ({ progress: reached[stage], sentence: atWork[stage], nextStep: wait }),
  succeeded: () => ({
    progress: 1,
    sentence: 'The analysis and its text are ready.',
    nextStep: 'Read them.',
  }),
  failed: ({ stage, code }) => ({
    progress: reached[stage],
    sentence: failedAt[stage],
    nextStep: afterFailure(code),
  }),
  deleting: ({ stage }) => ({
    progress: reached[stage],
    sentence: 'The upload is being deleted, with everything that only it brought.',
    nextStep: wait,
  }),
} as const satisfies Record<UploadStatus, (upload: Upload) => UploadProgress>;

/** What the sender can mend is told by the fault's own sentence; what is ours to mend, nobody else can. */
function afterFailure(code: FaultCode | null): string {
  if (code !== null && faults[code].status < 500) return faults[code].sentence;
  return 'The fault is ours. Try this upload again later, and name its id if you ask about it.';
}

/** The progress of an upload, from its status document alone. */
export function progressOf(upload: Upload): UploadProgress {
  return table[upload.status](upload);
}
