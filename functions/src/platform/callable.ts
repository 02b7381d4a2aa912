import { HttpsError, type CallableRequest } from 'firebase-functions/v2/https';
import * as v from 'valibot';
import { Fault, faultOf, faults } from '../domain/fault.ts';
import { credentialsOf, type Credentials } from './credentials.ts';
import { errorFields, log } from './log.ts';
import { flushMetrics } from './metrics.ts';
import { childOf, formatTraceparent, inTrace } from './trace.ts';

export interface Call<Input> {
  uid: string;
  /** The network that the call comes from, as far as it can be told. */
  address: string | undefined;
  input: Input;
  traceparent: string;
}

/**
 * Answers one call of a callable function: admitted first, input of the documented form, inside its trace. Faults reach
 * the client as `HttpsError` with `details.code`.
 *
 * @param admit gives the uid of whoever calls, or throws: the SDK's own check of tokens knows nothing of revocation
 */
export function callable<Schema extends v.GenericSchema, Answer>(
  schema: Schema,
  admit: (credentials: Credentials) => Promise<string>,
  work: (call: Call<v.InferOutput<Schema>>) => Promise<Answer>,
): (request: CallableRequest<unknown>) => Promise<Answer> {
  return async (request) => {
    const trace = childOf(request.rawRequest.headers.traceparent as string | undefined);
    return inTrace(trace, async () => {
      try {
        const credentials = credentialsOf(request.rawRequest);
        const uid = await admit(credentials);
        const input = v.safeParse(schema, request.data);
        if (!input.success) {
          const issues = input.issues.map((issue) => ({
            pointer: (issue.path ?? []).map(({ key }) => `/${String(key)}`).join(''),
            expected: issue.expected ?? issue.message,
            received: typeof issue.input,
          }));
          throw new Fault('request/invalid', { issues });
        }
        const { address } = credentials;
        return await work({ uid, address, input: input.output, traceparent: formatTraceparent(trace) });
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
        const { retryAfterS } = fault;
        throw new HttpsError(code, sentence, {
          code: fault.code,
          issues: fault.issues,
          ...(retryAfterS === undefined ? {} : { retryAfterS }),
        });
      } finally {
        await flushMetrics();
      }
    });
  };
}
