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
import {
  answerIn,
  checkGenerateContent,
  generateContentPath,
  googleError,
  json,
  modes,
} from './generate-content.ts';
import type { Answer, Mode } from './generate-content.ts';
import { selfSigned } from './self-signed.ts';

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
    const checked = checkGenerateContent(body);
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
  const { cert, key } = await selfSigned();

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
