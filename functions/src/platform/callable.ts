import { HttpsError, type CallableRequest } from 'firebase-functions/v2/https';
import * as v from 'valibot';
import { Fault, faultOf, faults } from '../domain/fault.ts';
import { errorFields, log } from './log.ts';
import { flushMetrics } from './metrics.ts';
import { childOf, formatTraceparent, inTrace } from './trace.ts';

/**
 * Answers one call of a callable function: signed in, input of the documented form, inside its trace. Faults reach
 * the client as `HttpsError` with `details.code`.
 */
export function callable<Schema extends v.GenericSchema, Answer>(
  schema: Schema,
  work: (uid: string, input: v.InferOutput<Schema>, traceparent: string) => Promise<Answer>,
): (request: CallableRequest<unknown>) => Promise<Answer> {
  return async (request) => {
    const trace = childOf(request.rawRequest.get('traceparent'));
    return inTrace(trace, async () => {
      try {
        if (!request.auth) throw new Fault('auth/missing-token');
        const input = v.safeParse(schema, request.data);
        if (!input.success) {
          const issues = input.issues.map((issue) => ({
            pointer: (issue.path ?? []).map(({ key }) => `/${String(key)}`).join(''),
            expected: issue.expected ?? issue.message,
            received: typeof issue.input,
          }));
          throw new Fault('request/invalid', { issues });
        }
        return await work(request.auth.uid, input.output, formatTraceparent(trace));
      } catch (error) {
        const fault = faultOf(error);
        const { callable: code, status, sentence } = faults[fault.code];
        const level = status < 500 ? 'info' : 'error';
        log(level, 'request.failed', {
          method: 'CALL',
          status,
          code: fault.code,
          ...errorFields(fault.cause),
        });
        throw new HttpsError(code, sentence, { code: fault.code, issues: fault.issues });
      } finally {
        await flushMetrics();
      }
    });
  };
}
