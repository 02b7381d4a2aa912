// The contents page: every deployed function, one file each. The bundler makes its own gated index from these files.
export { deleteMyData } from './entries/deleteMyData.ts';
export { deleteUpload } from './entries/deleteUpload.ts';
export { exportMyData } from './entries/exportMyData.ts';
export { onAnalysisRequested } from './entries/onAnalysisRequested.ts';
export { onAnalysisWritten } from './entries/onAnalysisWritten.ts';
export { onDeadLetter } from './entries/onDeadLetter.ts';
export { onRecordingFinalized } from './entries/onRecordingFinalized.ts';
export { refreshNarrative } from './entries/refreshNarrative.ts';
export { requestUpload } from './entries/requestUpload.ts';
export { retryUpload } from './entries/retryUpload.ts';
export { sweepStalled } from './entries/sweepStalled.ts';
export { uploadRecording } from './entries/uploadRecording.ts';
export { weeklyReport } from './entries/weeklyReport.ts';
