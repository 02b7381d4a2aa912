import { HttpsError, type CallableRequest } from 'firebase-functions/v2/https';
import type * as v from 'valibot';
import { faultOf, faults } from '../domain/fault.ts';
import { invoke } from '../telemetry/invocation.ts';
import { flushTelemetry } from '../telemetry/telemetry.ts';
import { validated } from '../validation/issues.ts';
import { credentialsOf, type Credentials } from './credentials.ts';
import { requestIdOf } from './request.ts';
import { recordOutcome } from './request-outcome.ts';

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
    const { rawRequest } = request;
    const requestId = requestIdOf(rawRequest);
    const started = performance.now();
    rawRequest.res?.setHeader('x-request-id', requestId);
    // The SDK answers once this function has ended.
    rawRequest.res?.once('close', () => void flushTelemetry());
    const traceparent = rawRequest.get('traceparent');
    const about = { trigger: 'http', kind: 'server', requestId, traceparent } as const;
    return invoke(about, async (invocation) => {
      try {
        const credentials = credentialsOf(request.rawRequest);
        const uid = await admit(credentials);
        const input = validated(schema, request.data);
        const { address } = credentials;
        const answer = await work({ uid, address, input, traceparent: invocation.traceparent });
        invocation.span.set({ 'http.response.status_code': 200 });
        recordOutcome('CALL', 200, started);
        return answer;
      } catch (error) {
        const fault = faultOf(error);
        const { callable: code, status, sentence } = faults[fault.code];
        invocation.span.set({ 'http.response.status_code': status });
        invocation.fail(fault, error);
        recordOutcome('CALL', status, started, fault);
        const { issues, retryAfterS } = fault;
        throw new HttpsError(code, sentence, {
          code: fault.code,
          requestId,
          issues,
          ...(retryAfterS === undefined ? {} : { retryAfterS }),
        });
      }
    });
  };
}
