/** The package `@clarity-loop/contract`, but for its client: see `scripts/contract/contract-package.ts`. */
export * from './answers.ts';
export * from './documents.ts';
export { ReportQuery } from './report.ts';
export { DeviceInfo, Recording, RecordingSample } from './recording.ts';
export {
  contentTypes,
  DeleteMyDataInput,
  ExportInput,
  maxJsonBytes,
  maxObjectBytes,
  maxRequestBytes,
  paths,
  RequestUploadInput,
  Uid,
  UploadId,
  UploadIdInput,
  type ContentType,
} from './upload.ts';
export { faults, type FaultCode, type UnavailableCode } from '../domain/fault.ts';
export { languages } from '../domain/languages.ts';
export type { Analysis } from '../domain/analysis/analysis.ts';
export type { Narrative } from '../domain/narrative/narrative.ts';
export type { Upload } from '../domain/upload/upload.ts';
