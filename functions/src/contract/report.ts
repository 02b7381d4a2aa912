import * as v from 'valibot';
import { Fault } from '../domain/fault.ts';
import { languages } from '../domain/languages.ts';
import { UploadId } from './upload.ts';

const language = v.picklist(languages, `one of ${languages.join(', ')}`);

/** Query of `weeklyReport`: which analysis (the latest without it), and in which language (the person's own without it). */
export const ReportQuery = v.strictObject({ uploadId: v.optional(UploadId), language: v.optional(language) });
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
  const read = v.safeParse(ReportQuery, query);
  if (read.success) return read.output;
  throw new Fault('request/invalid', {
    issues: read.issues.map(({ path: at, message }) => ({
      pointer: (at ?? []).map(({ key }) => `/${String(key)}`).join(''),
      expected: message,
      received: 'another text',
    })),
  });
}
