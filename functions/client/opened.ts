import * as answers from '../src/contract/answers.ts';
import * as documents from '../src/contract/documents.ts';
import type * as analysis from '../src/domain/analysis/analysis.ts';
import type * as narrative from '../src/domain/narrative/narrative.ts';
import type * as upload from '../src/domain/upload/upload.ts';
import type { Open } from './open.ts';

// What apps read, with open types; the schemas of the same names are the server's own, and closed.

export const AnalysisDocument: typeof documents.AnalysisDocument = documents.AnalysisDocument;
export type AnalysisDocument = Open<documents.AnalysisDocument>;
export const NarrativeDocument: typeof documents.NarrativeDocument = documents.NarrativeDocument;
export type NarrativeDocument = Open<documents.NarrativeDocument>;
export const UploadDocument: typeof documents.UploadDocument = documents.UploadDocument;
export type UploadDocument = Open<documents.UploadDocument>;
export const StatusAnswer: typeof answers.StatusAnswer = answers.StatusAnswer;
export type StatusAnswer = Open<answers.StatusAnswer>;
export const Problem: typeof answers.Problem = answers.Problem;
export type Problem = Open<answers.Problem>;
export const CallableProblem: typeof answers.CallableProblem = answers.CallableProblem;
export type CallableProblem = Open<answers.CallableProblem>;

export type Analysis = Open<analysis.Analysis>;
export type Narrative = Open<narrative.Narrative>;
export type Upload = Open<upload.Upload>;
