import * as v from 'valibot';
import { Fault } from '../domain/fault.ts';
import { languages } from '../domain/languages.ts';
import { validated } from '../validation/issues.ts';
import { UploadId } from './upload.ts';

/** Query of `weeklyReport`: which analysis (the latest without it), and in which language (the person's own without it). */
export const ReportQuery = v.strictObject({
  uploadId: v.optional(UploadId),
  language: v.optional(v.picklist(languages)),
});
export type ReportQuery = v.InferOutput<typeof ReportQuery>;

/**
 * What a request to `weeklyReport` asks for.
 *
 * @param query the parameters as the framework reads them
 * @throws Fault `request/not-found`, `request/method-not-allowed`, `request/invalid`
 */
export function reportQueryOf(method: string, path: string, query: unknown): ReportQuery {
  if (path !== '/' && path !== '') throw new Fault('request/not-found');
  if (method !== 'GET') throw new Fault('request/method-not-allowed');
  return validated(ReportQuery, query);
}
