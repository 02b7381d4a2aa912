// The contents page: every deployed function, one file each. The bundler makes its own gated index from these files.
export { deleteMyData } from './entries/delete-my-data.ts';
export { deleteUpload } from './entries/delete-upload.ts';
export { exportMyData } from './entries/export-my-data.ts';
export { onAnalysisRequested } from './entries/on-analysis-requested.ts';
export { onAnalysisWritten } from './entries/on-analysis-written.ts';
export { onDeadLetter } from './entries/on-dead-letter.ts';
export { onRecordingFinalized } from './entries/on-recording-finalized.ts';
export { refreshNarrative } from './entries/refresh-narrative.ts';
export { requestUpload } from './entries/request-upload.ts';
export { retryUpload } from './entries/retry-upload.ts';
export { sweepStalled } from './entries/sweep-stalled.ts';
export { uploadRecording } from './entries/upload-recording.ts';
export { weeklyReport } from './entries/weekly-report.ts';
