import * as v from 'valibot';
import { Fault } from '../domain/fault.ts';
import { languages } from '../domain/languages.ts';
import { validated } from '../validation/issues.ts';
import { UploadId } from './upload.ts';

/** Query of `weeklyReport`: which analysis, or which ISO week by any of its days (the latest analysis without), in which language (the person's own without). */
export const ReportQuery = v.strictObject({
  uploadId: v.optional(UploadId),
  week: v.optional(v.pipe(v.string(), v.isoDate())),
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
