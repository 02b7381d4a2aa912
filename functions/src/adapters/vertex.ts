import type { FinishReason, GenerateContentResponse, GenerativeModel } from '@google-cloud/vertexai';
import {
  BrokenCircuitError,
  bulkhead,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
} from 'cockatiel';
import * as v from 'valibot';
import { Fault } from '../domain/fault.ts';
import { lazy } from '../domain/lazy.ts';
import type { Narrator, NarratorAnswer } from '../workflows/ports.ts';
import { vertexBreaker, vertexCall, vertexPlaces } from './policies.ts';
import { withRetry, type RetryPolicy } from './retry.ts';
import { Answer, promptVersion, responseSchema, systemInstruction } from './vertex-prompt.ts';

/** What the breaker does: lets calls through, lets none, or lets one try. */
export type BreakerState = 'closed' | 'open' | 'half-open';

export interface VertexOptions {
  project: string;
  location: string;
  model: string;
  /** host[:port]; empty for Google's own. */
  apiEndpoint: string;
  timeoutMs?: number;
  retry?: RetryPolicy;
  breaker?: { failures: number; openMs: number };
  /** Told of every failed call, with its HTTP status where there was one. */
  onFailure?: (error: unknown, status: number | undefined) => void;
  /** Told before a call is made once more. */
  onRetry?: () => void;
  onBreaker?: (state: BreakerState) => void;
  /** Told what each answered call cost. */
  onTokens?: (tokens: { input: number; output: number }) => void;
}

/**
 * Gemini on Vertex AI. Everything that depends on the SDK is in this file, so that another SDK can take its place.
 *
 * The SDK tells the status of an error only in its message, and throws a SyntaxError for a proxy's error page.
 */
export function vertexNarrator(options: VertexOptions): Narrator {
  const { retry = vertexCall.retry, breaker = vertexBreaker } = options;
  const circuit = circuitBreaker(handleWhen(mayPass), {
    halfOpenAfter: breaker.openMs,
    breaker: new ConsecutiveBreaker(breaker.failures),
  });
  circuit.onStateChange((state) => options.onBreaker?.(breakerStates[state]));
  const places = bulkhead(vertexPlaces.atOnce, vertexPlaces.waiting);
  const wait = (ms: number): Promise<void> => {
    options.onRetry?.();
    return new Promise((resolve) => setTimeout(resolve, ms));
  };
  // One client for all calls: it holds the access token.
  const open = lazy(() => openVertex(options));
  return {
    async write({ facts, language, problems, traceparent }) {
      const prompt = JSON.stringify({ language, facts, ...(problems.length ? { problems } : {}) });
      let response: GenerateContentResponse;
      try {
        const model = (await open())(traceparent);
        const call = () => circuit.execute(() => generate(model, prompt, options.onFailure));
        response = await places.execute(() => withRetry(call, retry, mayPass, wait));
      } catch (error) {
        throw new Fault(isRejected(error) ? 'narrator/rejected' : 'narrator/unavailable', { cause: error });
      }
      const tokens = tokensOf(response);
      options.onTokens?.(tokens);
      return { ...answerOf(response, options.model), tokens };
    },
  };
}

const breakerStates: Record<CircuitState, BreakerState> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  // Only an operator's hand isolates a circuit, and nobody here does.
  [CircuitState.Isolated]: 'open',
};

/** The model, for calls that belong to one trace. */
type OpenModel = (traceparent: string) => GenerativeModel;

async function openVertex(options: VertexOptions): Promise<OpenModel> {
  const { VertexAI, HarmBlockThreshold, HarmCategory, SchemaType } = await import('@google-cloud/vertexai');
  const { project, location, model, apiEndpoint } = options;
  // The SDK makes no endpoint of the location "global".
  const endpoint = apiEndpoint || (location === 'global' ? 'aiplatform.googleapis.com' : '');
  const vertex = new VertexAI({ project, location, ...(endpoint ? { apiEndpoint: endpoint } : {}) });
  const parameters = {
    model,
    systemInstruction: { role: 'system', parts: [{ text: systemInstruction }] },
    generationConfig: {
      temperature: 0.2,
      maxOutputTokens: 1024,
      responseMimeType: 'application/json',
      responseSchema: responseSchema(SchemaType),
    },
    safetySettings: [
      HarmCategory.HARM_CATEGORY_DANGEROUS_CONTENT,
      HarmCategory.HARM_CATEGORY_HARASSMENT,
      HarmCategory.HARM_CATEGORY_HATE_SPEECH,
      HarmCategory.HARM_CATEGORY_SEXUALLY_EXPLICIT,
    ].map((category) => ({ category, threshold: HarmBlockThreshold.BLOCK_LOW_AND_ABOVE })),
  };
  const timeout = options.timeoutMs ?? vertexCall.timeoutMs;
  return (traceparent) =>
    vertex.getGenerativeModel(parameters, { timeout, customHeaders: new Headers({ traceparent }) });
}

async function generate(
  model: GenerativeModel,
  prompt: string,
  onFailure: VertexOptions['onFailure'],
): Promise<GenerateContentResponse> {
  try {
    return (await model.generateContent(prompt)).response;
  } catch (error) {
    onFailure?.(error, statusOf(error));
    throw error;
  }
}

function statusOf(error: unknown): number | undefined {
  const status = /got status: (\d{3})/.exec(String((error as Error).message))?.[1];
  return status === undefined ? undefined : Number(status);
}

/** Quota, server errors, timeouts and broken connections may pass; a refused or malformed request will not. */
function mayPass(error: unknown): boolean {
  if (error instanceof BrokenCircuitError) return false;
  const status = statusOf(error);
  return status === undefined || status === 429 || status >= 500;
}

/** Whether the same request would be turned away again: as malformed, as not allowed, or because there is no such model. */
function isRejected(error: unknown): boolean {
  return [400, 403, 404].includes(statusOf(error) ?? 0);
}

function tokensOf({ usageMetadata }: GenerateContentResponse): NarratorAnswer['tokens'] {
  return { input: usageMetadata?.promptTokenCount ?? 0, output: usageMetadata?.candidatesTokenCount ?? 0 };
}

function answerOf(response: GenerateContentResponse, model: string): Omit<NarratorAnswer, 'tokens'> {
  const candidate = response.candidates?.[0];
  const finish: `${FinishReason}` | undefined = candidate?.finishReason;
  if (!candidate || (finish && finish !== 'STOP')) throw new Fault('narrator/refused');
  const text = (candidate.content.parts ?? []).map((part) => part.text ?? '').join('');
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new Fault('narrator/invalid');
  }
  const answer = v.safeParse(Answer, raw);
  if (!answer.success) throw new Fault('narrator/invalid');
  return {
    draft: answer.output,
    modelVersion: (response as { modelVersion?: string }).modelVersion ?? model,
    promptVersion,
  };
}
