import type {
  FinishReason,
  GenerateContentResponse,
  GenerationConfig,
  GenerativeModel,
} from '@google-cloud/vertexai';
import {
  BrokenCircuitError,
  bulkhead,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleAll,
} from 'cockatiel';
import * as v from 'valibot';
import { Draft } from '../contract/documents.ts';
import { Fault } from '../domain/fault.ts';
import { lazy } from '../domain/lazy.ts';
import type { NarrativeRequest, Narrator, NarratorAnswer } from '../workflows/ports.ts';
import { vertexBreaker, vertexCall, vertexPlaces } from './policies.ts';
import { withRetry, type RetryPolicy } from './retry.ts';
import { promptOf, promptVersion, responseSchema, systemInstruction } from './vertex-prompt.ts';

/** What the breaker does: lets calls through, lets none, or lets one try. */
export type BreakerState = 'closed' | 'open' | 'half-open';

export interface VertexOptions {
  project: string;
  location: string;
  model: string;
  /** host[:port]; empty for Google's own of the location. */
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
  // A request that is refused counts too: whatever is wrong with the model or the role is wrong for everybody.
  const circuit = circuitBreaker(handleAll, {
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
    async write(request) {
      const prompt = promptOf(request);
      const ask = async (): Promise<GenerateContentResponse> => {
        const model = (await open())(request);
        const call = () => circuit.execute(() => generate(model, prompt, options.onFailure));
        return places.execute(() => withRetry(call, retry, mayPass, wait));
      };
      const spent = { input: 0, output: 0 };
      const asked = async (): Promise<GenerateContentResponse> => {
        const response = await ask().catch((error: unknown) => {
          throw new Fault(isRejected(error) ? 'narrator/rejected' : 'narrator/unavailable', { cause: error });
        });
        const tokens = tokensOf(response);
        options.onTokens?.(tokens);
        spent.input += tokens.input;
        spent.output += tokens.output;
        return response;
      };
      const first = await asked();
      const response = finishOf(first) === 'MAX_TOKENS' ? await asked() : first;
      return { ...answerOf(response, options.model), tokens: spent };
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

/** The model, for what is chosen from in calls that belong to one trace. */
type OpenModel = (request: Pick<NarrativeRequest, 'choices' | 'traceparent'>) => GenerativeModel;

/**
 * Where a location is served.
 *
 * @see https://docs.cloud.google.com/gemini-enterprise-agent-platform/resources/locations
 */
export function endpointOf(location: string): string {
  if (location === 'global') return 'aiplatform.googleapis.com';
  if (location === 'eu' || location === 'us') return `aiplatform.${location}.rep.googleapis.com`;
  return `${location}-aiplatform.googleapis.com`;
}

/** A choice needs no thinking, which would cost as much as the answer. The families before Gemini 3 count it in tokens. */
export function thinkingOf(model: string): object {
  return /^gemini-[12]\./.test(model) ? { thinkingBudget: 0 } : { thinkingLevel: 'MINIMAL' };
}

/** Twice what the longest answer needs: five insights, their order, a sentence. */
const mostTokens = 1024;

async function openVertex(options: VertexOptions): Promise<OpenModel> {
  const { VertexAI, HarmBlockThreshold, HarmCategory, SchemaType } = await import('@google-cloud/vertexai');
  const { project, location, model, apiEndpoint } = options;
  const vertex = quietly(
    () => new VertexAI({ project, location, apiEndpoint: apiEndpoint || endpointOf(location) }),
  );
  const parameters = {
    model,
    systemInstruction: { role: 'system', parts: [{ text: systemInstruction }] },
    safetySettings: [
      HarmCategory.HARM_CATEGORY_DANGEROUS_CONTENT,
      HarmCategory.HARM_CATEGORY_HARASSMENT,
      HarmCategory.HARM_CATEGORY_HATE_SPEECH,
      HarmCategory.HARM_CATEGORY_SEXUALLY_EXPLICIT,
    ].map((category) => ({ category, threshold: HarmBlockThreshold.BLOCK_LOW_AND_ABOVE })),
  };
  const timeout = options.timeoutMs ?? vertexCall.timeoutMs;
  return ({ choices, traceparent }) => {
    // The SDK knows no thinking, and sends what it does not know.
    const generationConfig: GenerationConfig & { thinkingConfig: object } = {
      temperature: 0.7,
      maxOutputTokens: mostTokens,
      thinkingConfig: thinkingOf(model),
      responseMimeType: 'application/json',
      responseSchema: responseSchema(SchemaType, choices),
    };
    return vertex.getGenerativeModel(
      { ...parameters, generationConfig },
      { timeout, customHeaders: new Headers({ traceparent }) },
    );
  };
}

/** The SDK tells on the console that another is to take its place; the log has no line for that. */
function quietly<T>(make: () => T): T {
  const { warn } = console;
  console.warn = () => {};
  try {
    return make();
  } finally {
    console.warn = warn;
  }
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

function finishOf({ candidates }: GenerateContentResponse): `${FinishReason}` | undefined {
  return candidates?.[0]?.finishReason;
}

function answerOf(response: GenerateContentResponse, model: string): Omit<NarratorAnswer, 'tokens'> {
  const candidate = response.candidates?.[0];
  const finish = finishOf(response);
  if (finish === 'MAX_TOKENS') throw new Fault('narrator/invalid');
  if (!candidate || (finish && finish !== 'STOP')) throw new Fault('narrator/refused');
  const text = (candidate.content.parts ?? []).map((part) => part.text ?? '').join('');
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new Fault('narrator/invalid');
  }
  // Its form; what it says is checked by `domain/narrative/draft-check.ts`.
  const answer = v.safeParse(Draft, raw);
  if (!answer.success) throw new Fault('narrator/invalid');
  return {
    draft: answer.output,
    modelVersion: (response as { modelVersion?: string }).modelVersion ?? model,
    promptVersion,
  };
}
