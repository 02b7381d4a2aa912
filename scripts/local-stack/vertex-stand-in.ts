// A local Vertex AI: the REST method generateContent, and the token endpoint of Application Default Credentials, over TLS
// (the SDK speaks nothing else). The functions' production code runs against it unchanged: only their environment differs.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import type http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { inventedNarrativeFor, narrativeFor, parseNarrativeRequest } from './narrative-stand-in.ts';
import type { NarrativeRequest } from './narrative-stand-in.ts';
import { selfSigned } from './self-signed.ts';

/**
 * How the stand-in answers generateContent. `hang`: not at all. `cut`: half a body, then the connection breaks. `safety`: no
 * text, blocked by a safety filter. `invent`: a number that is no fact. `html`: a proxy's error page with status 502.
 */
export const modes = ['ok', '429', '503', 'hang', 'cut', 'safety', 'invent', 'html'] as const;
export type Mode = (typeof modes)[number];

export interface VertexStandIn {
  /** host:port, as the SDK's apiEndpoint wants it. */
  host: string;
  /** PEM of the certificate that a client has to trust. */
  ca: string;
  /** What a process needs to reach the stand-in with the SDK's own credentials chain; set before it starts. */
  env: { VERTEX_API_ENDPOINT: string; NODE_EXTRA_CA_CERTS: string; GOOGLE_APPLICATION_CREDENTIALS: string };
  /** Bodies of the generateContent requests that passed the checks or were answered by a misbehaviour. */
  requests: unknown[];
  /** Misbehave from now on, or for the next `times` requests only. */
  behave(mode: Mode, times?: number): void;
  /** Back to `ok` with no requests counted. */
  reset(): void;
  /** Makes this very process trust the certificate: NODE_EXTRA_CA_CERTS is read only when a process starts. */
  trustHere(): void;
  close(): Promise<void>;
}

interface Answer {
  status: number;
  body: string;
  contentType?: string;
  /** Send only a part of the body, then break the connection. */
  cut?: boolean;
}

const json = (status: number, body: unknown): Answer => ({ status, body: JSON.stringify(body) });

/** The shape in which Google's APIs report an error. */
function googleError(code: number, status: string, message: string): Answer {
  return json(code, { error: { code, message, status } });
}

const generateContentPath =
  /^\/v1\/projects\/[^/]+\/locations\/[^/]+\/publishers\/google\/models\/([^/:]+):generateContent$/;

type Checked = { request: NarrativeRequest } | { problem: string };

/** Checks a generateContent body as far as this product relies on it. */
function check(body: unknown): Checked {
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
  return request ? { request } : { problem: 'The last user part is not {language, facts} as JSON.' };
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
    modelVersion: model,
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
function answerIn(mode: Mode, model: string, prompt: string, request: NarrativeRequest): Answer | undefined {
  switch (mode) {
    case 'ok':
      return narrative(model, prompt, narrativeFor(request));
    case 'invent':
      return narrative(model, prompt, inventedNarrativeFor(request));
    case 'cut':
      return { ...narrative(model, prompt, narrativeFor(request)), cut: true };
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

function send(
  response: http.ServerResponse,
  { status, body, contentType = 'application/json', cut }: Answer,
): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'content-type': contentType, 'content-length': bytes.length });
  if (!cut) {
    response.end(bytes);
    return;
  }
  response.write(bytes.subarray(0, bytes.length / 2), () => {
    response.destroy();
  });
}

async function readBody(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The state of one stand-in and how it answers each of its addresses. */
class Conversation {
  readonly accessToken = randomBytes(16).toString('hex');
  readonly requests: unknown[] = [];
  #mode: Mode = 'ok';
  #timesLeft = Infinity;

  behave(mode: Mode, times = Infinity): void {
    this.#mode = mode;
    this.#timesLeft = times;
  }

  reset(): void {
    this.behave('ok');
    this.requests.length = 0;
  }

  answer(request: http.IncomingMessage, text: string): Answer | undefined {
    const { pathname } = new URL(request.url ?? '/', 'https://stand-in');
    if (pathname === '/token') return this.#token();
    if (pathname === '/control') return this.#control(request.method, text);
    const model = generateContentPath.exec(pathname)?.[1];
    if (!model || request.method !== 'POST') return googleError(404, 'NOT_FOUND', 'Not found.');
    if (request.headers.authorization !== `Bearer ${this.accessToken}`) {
      return googleError(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    }
    return this.#generateContent(model, text);
  }

  #token(): Answer {
    return json(200, {
      access_token: this.accessToken,
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 3600,
    });
  }

  /** GET: how it stands. POST {mode, times?}: misbehave, and start counting anew. */
  #control(method: string | undefined, text: string): Answer {
    if (method === 'POST') {
      const { mode, times } = (parse(text) ?? {}) as { mode?: Mode; times?: number };
      if (!mode || !modes.includes(mode)) return json(400, { error: `mode: one of ${modes.join(', ')}` });
      this.reset();
      this.behave(mode, times);
    }
    return json(200, { mode: this.#mode, requests: this.requests.length });
  }

  #generateContent(model: string, text: string): Answer | undefined {
    const body = parse(text);
    const checked = check(body);
    if ('problem' in checked) return googleError(400, 'INVALID_ARGUMENT', checked.problem);
    this.requests.push(body);
    const mode = this.#nextMode();
    return answerIn(mode, model, text, checked.request);
  }

  #nextMode(): Mode {
    if (this.#timesLeft <= 0) this.behave('ok');
    this.#timesLeft -= 1;
    return this.#mode;
  }
}

/**
 * Credentials of the kind `external_account`: Google's auth library exchanges the subject token for an access token at our
 * token endpoint, so that the real credentials chain runs, and an SDK without credentials fails as it would in the cloud.
 */
function writeCredentials(folder: string, host: string): string {
  const subjectToken = path.join(folder, 'subject-token');
  fs.writeFileSync(subjectToken, 'local', { mode: 0o600 });
  const credentials = path.join(folder, 'adc.json');
  const content = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/local/providers/local',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `https://${host}/token`,
    credential_source: { file: subjectToken },
  };
  fs.writeFileSync(credentials, JSON.stringify(content), { mode: 0o600 });
  return credentials;
}

function trust(ca: string): void {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ca]);
}

/** Starts on a free port of 127.0.0.1. Its certificate and credentials go to `folder`, or to one of its own. */
export async function startVertexStandIn(folder?: string): Promise<VertexStandIn> {
  const ownFolder = folder === undefined ? fs.mkdtempSync(path.join(os.tmpdir(), 'vertex-')) : undefined;
  const files = folder ?? ownFolder ?? os.tmpdir();
  const conversation = new Conversation();
  const { cert, key } = selfSigned();

  const server = https.createServer({ cert, key }, (request, response) => {
    readBody(request).then(
      (text) => {
        const answer = conversation.answer(request, text);
        if (answer) send(response, answer);
      },
      () => {
        response.destroy(); // the client has gone
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const caFile = path.join(files, 'vertex-ca.pem');
  fs.writeFileSync(caFile, cert);
  return {
    host,
    ca: cert,
    env: {
      VERTEX_API_ENDPOINT: host,
      NODE_EXTRA_CA_CERTS: caFile,
      GOOGLE_APPLICATION_CREDENTIALS: writeCredentials(files, host),
    },
    requests: conversation.requests,
    behave: (mode, times) => {
      conversation.behave(mode, times);
    },
    reset: () => {
      conversation.reset();
    },
    trustHere: () => {
      trust(cert);
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      if (ownFolder) fs.rmSync(ownFolder, { recursive: true, force: true });
    },
  };
}
