import type { UploadDocument } from '../src/contract/documents.ts';
import type { Open } from './open.ts';

/** A state of an upload; its words may be newer than the app. */
export type UploadState = Open<UploadDocument>;
