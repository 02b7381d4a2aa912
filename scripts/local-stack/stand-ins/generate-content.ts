// The REST method generateContent of Vertex AI, as far as this product relies on it: checks the request, answers in a mode.
import { randomBytes } from 'node:crypto';
import { answerFor, inventedAnswerFor, parseNarrativeRequest } from './narrative.ts';
import type { NarrativeRequest } from './narrative.ts';

/**
 * How the stand-in answers generateContent. `hang`: not at all. `cut`: half a body, then the connection breaks. `safety`: no
 * text, blocked by a safety filter. `invent`: an opening with a number. `short`: cut at the limit of tokens. `html`: a proxy's error page with status 502.
 */
export const modes = ['ok', '429', '503', 'hang', 'cut', 'safety', 'invent', 'short', 'html'] as const;
export type Mode = (typeof modes)[number];

export interface Answer {
  status: number;
  body: string;
  contentType?: string;
  /** Send only a part of the body, then break the connection. */
  cut?: boolean;
}

export const json = (status: number, body: unknown): Answer => ({ status, body: JSON.stringify(body) });

/** The shape in which Google's APIs report an error. */
export function googleError(code: number, status: string, message: string): Answer {
  return json(code, { error: { code, message, status } });
}

export const generateContentPath =
  /^\/v1\/projects\/[^/]+\/locations\/[^/]+\/publishers\/google\/models\/([^/:]+):generateContent$/;

export type Checked = { request: NarrativeRequest } | { problem: string };

/** Checks a generateContent body as far as this product relies on it. */
export function checkGenerateContent(body: unknown): Checked {
  if (typeof body !== 'object' || body === null) return { problem: 'The body is not a JSON object.' };
  const { contents, systemInstruction, generationConfig } = body as {
    contents?: unknown;
    systemInstruction?: unknown;
    generationConfig?: { responseMimeType?: unknown; responseSchema?: unknown } | null;
  };
  if (!Array.isArray(contents) || contents.length === 0)
    return { problem: 'contents: at least one is needed.' };
  if (!systemInstruction) return { problem: 'systemInstruction is missing.' };
  if (generationConfig?.responseMimeType !== 'application/json') {
    return { problem: 'generationConfig.responseMimeType must be application/json.' };
  }
  if (typeof generationConfig.responseSchema !== 'object' || generationConfig.responseSchema === null) {
    return { problem: 'generationConfig.responseSchema is missing.' };
  }
  const request = parseNarrativeRequest(lastUserText(contents as Content[]));
  return request
    ? { request }
    : { problem: 'The last user part is not {language, insights, connectives, suggestions} as JSON.' };
}

interface Content {
  role?: string;
  parts?: { text?: string }[];
}

function lastUserText(contents: Content[]): string {
  const lastOfUser = contents.filter(({ role }) => role === undefined || role === 'user').at(-1);
  return lastOfUser?.parts?.at(-1)?.text ?? '';
}

/** About four characters a token, as Google's documentation estimates. */
const tokens = (text: string) => Math.ceil(text.length / 4);

function generated(model: string, prompt: string, candidate: object, text: string): Answer {
  const promptTokenCount = tokens(prompt);
  const candidatesTokenCount = tokens(text);
  return json(200, {
    candidates: [{ index: 0, ...candidate }],
    usageMetadata: {
      promptTokenCount,
      candidatesTokenCount,
      totalTokenCount: promptTokenCount + candidatesTokenCount,
    },
    // It is called what it is wherever it is shown.
    modelVersion: `stand-in for ${model}`,
    responseId: randomBytes(8).toString('hex'),
  });
}

function narrative(model: string, prompt: string, content: object): Answer {
  const text = JSON.stringify(content);
  const candidate = { finishReason: 'STOP', content: { role: 'model', parts: [{ text }] } };
  return generated(model, prompt, candidate, text);
}

const blocked = {
  finishReason: 'SAFETY',
  safetyRatings: [{ category: 'HARM_CATEGORY_DANGEROUS_CONTENT', probability: 'HIGH', blocked: true }],
};

const errorPage =
  '<!DOCTYPE html><html><head><title>Error 502</title></head><body><h1>Bad Gateway</h1></body></html>';

/** Undefined: no answer at all. */
export function answerIn(
  mode: Mode,
  model: string,
  prompt: string,
  request: NarrativeRequest,
): Answer | undefined {
  switch (mode) {
    case 'ok':
      return narrative(model, prompt, answerFor(request));
    case 'invent':
      return narrative(model, prompt, inventedAnswerFor(request));
    case 'short':
      return generated(
        model,
        prompt,
        { finishReason: 'MAX_TOKENS', content: { role: 'model', parts: [{ text: '{"insights": [' }] } },
        '{"insights": [',
      );
    case 'cut':
      return { ...narrative(model, prompt, answerFor(request)), cut: true };
    case 'safety':
      return generated(model, prompt, blocked, '');
    case '429':
      return googleError(429, 'RESOURCE_EXHAUSTED', 'Resource exhausted. Please try again later.');
    case '503':
      return googleError(503, 'UNAVAILABLE', 'The service is currently unavailable.');
    case 'html':
      return { status: 502, body: errorPage, contentType: 'text/html' };
    case 'hang':
      return undefined;
  }
}
