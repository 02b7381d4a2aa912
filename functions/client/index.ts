/** The package `@clarity-loop/contract`, but for its client: see `scripts/contract/contract-package.ts`. */
export * from '../src/contract/answers.ts';
export * from '../src/contract/documents.ts';
export { ReportQuery } from '../src/contract/report.ts';
export { DeviceInfo, Recording, RecordingSample } from '../src/contract/recording.ts';
export {
  contentTypes,
  DeleteMyDataInput,
  ExportInput,
  maxObjectBytes,
  maxRequestBytes,
  paths,
  RequestUploadInput,
  Uid,
  UploadId,
  UploadIdInput,
  type ContentType,
} from '../src/contract/upload.ts';
export { faults, type FaultCode, type UnavailableCode } from '../src/domain/fault.ts';
export { sampleUnits, type HealthSample, type SampleTypeName, type UnitOf } from './sample-table.ts';
export { languages } from '../src/domain/languages.ts';
export type { Open } from './open.ts';
// These come before those of the same names above.
export {
  AnalysisDocument,
  CallableProblem,
  NarrativeDocument,
  Problem,
  StatusAnswer,
  UploadDocument,
  type Analysis,
  type Narrative,
  type Upload,
} from './opened.ts';
