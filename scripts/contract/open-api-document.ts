// The OpenAPI 3.1 document of the HTTPS functions. Bodies come from the valibot schemas, problems from domain/fault.ts; here is
// only what neither of them knows: addresses, headers, and which codes an address may answer with.
import { contentTypes, maxRequestBytes } from '../../functions/src/contract/upload.ts';
import { faults, type FaultCode } from '../../functions/src/domain/fault.ts';
import { openSchemas, type JsonSchema } from './json-schemas.ts';
import clientPackage from '../../functions/client/package.json' with { type: 'json' };

const prefix = '#/components/schemas/';
const uploadPath = '/uploadRecording/api/v1/health-data/upload';

/** What any of the addresses may answer. */
const always: FaultCode[] = [
  'auth/missing-token',
  'auth/invalid-token',
  'auth/invalid-app-check',
  'service/unavailable',
  'internal',
];
const ofUpload: FaultCode[] = [
  ...always,
  'request/unsupported-media-type',
  'request/invalid',
  'request/timeout',
  'recording/empty',
  'recording/truncated',
  'recording/invalid-encoding',
  'recording/invalid-json',
  'recording/invalid',
  'recording/no-samples',
  'recording/no-valid-samples',
  'recording/too-large',
  'recording/too-many-days',
  'upload/not-owner',
  'upload/conflict',
  'upload/deleting',
  'consent/withdrawn',
  'person/erasing',
  'quota/exceeded',
  'service/busy',
];
const ofStatus: FaultCode[] = [...always, 'upload/not-found'];
const ofReport: FaultCode[] = [
  ...always,
  'request/invalid',
  'report/not-found',
  'quota/exceeded',
  'model/not-installed',
  'model/invalid-manifest',
  'model/hash-mismatch',
  'model/corrupt',
  'model/wrong-shape',
];

export interface OpenApiDocument {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
  'x-problem-codes': object;
}

export interface Operation {
  responses: Record<string, { headers: object; content: Record<string, { schema: JsonSchema }> }>;
}

/** The document, as `functions/client/openapi.json` holds it. */
export function openApiDocument(): OpenApiDocument {
  const schemas = openSchemas(prefix);
  const document = {
    openapi: '3.1.1',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Clarity Loop',
      version: clientPackage.version,
      summary: 'HealthKit recordings in, a status document out; results are read in Firestore.',
      description: `Elsewhere than here there is only \`request/not-found\` (404), and with another method \`request/method-not-allowed\` (405).`,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      {
        url: 'https://{region}-{project}.cloudfunctions.net',
        variables: {
          region: { default: 'europe-west4' },
          project: { default: 'PROJECT', description: 'Id of the Firebase project.' },
        },
      },
    ],
    security: [{ idToken: [], appCheck: [] }],
    paths: {
      '/uploadRecording': { post: upload('uploadRecording', 'Takes a recording.') },
      [uploadPath]: {
        post: upload('uploadHealthData', 'The same, at the address of the earlier backend.'),
      },
      [`${uploadPath}/{uploadId}/status`]: { get: status() },
      '/weeklyReport': { get: report(schemas.ReportQuery!) },
    },
    components: {
      securitySchemes: {
        idToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Firebase ID token.' },
        appCheck: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Firebase-AppCheck',
          description: "Firebase App Check token; only Firebase's emulators do without.",
        },
      },
      parameters: parameters(),
      headers: {
        requestId: {
          description: 'The id of this request: your X-Request-Id, or a new one.',
          required: true,
          schema: { type: 'string' },
        },
        retryAfter: {
          description: 'Seconds after which the same request may succeed.',
          required: true,
          schema: { type: 'integer', minimum: 0 },
        },
      },
      schemas: {
        ...schemas,
        RecordingInSnakeCase: snakeCased(schemas.Recording!, schemas),
        UploadAnswerInSnakeCase: snakeCased(schemas.UploadAnswer!, schemas),
      } as Record<string, JsonSchema>,
    },
    // Every code there is, also those that only callables and status documents carry.
    'x-problem-codes': Object.fromEntries(
      Object.entries(faults).map(([code, { status, callable, retry, sentence }]) => [
        code,
        { status, callable, retry, sentence },
      ]),
    ),
  };
  document.components.schemas = reached(document);
  // The parts are written by hand as the specification names them; that they are is for the validator to say.
  return document as unknown as OpenApiDocument;
}

function parameters(): object {
  const header = (name: string, schema: object, description: string) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema,
  });
  return {
    idempotencyKey: header(
      'Idempotency-Key',
      reference('UploadId'),
      'Your own id of the upload. Without one here or in the recording, the same bytes are the same upload.',
    ),
    contentEncoding: header(
      'Content-Encoding',
      { enum: ['identity', 'gzip'] },
      'How the body is encoded; decompressed it may be 256 MiB.',
    ),
    requestId: header(
      'X-Request-Id',
      { type: 'string', pattern: '^[A-Za-z0-9_-]{8,128}$' },
      'Your own id of the request; another form is replaced.',
    ),
    traceparent: header('traceparent', { type: 'string' }, 'W3C Trace Context: the trace to go on with.'),
    uploadId: {
      name: 'uploadId',
      in: 'path',
      required: true,
      schema: reference('UploadId'),
    },
  };
}

function upload(operationId: string, summary: string): object {
  return {
    operationId,
    summary,
    description:
      `At most ${maxRequestBytes / 1024 / 1024} MiB as sent; larger recordings go straight to Storage, after the callable ` +
      'requestUpload. Samples that cannot be used are named in errors and left out, as long as one can be used.',
    parameters: ['idempotencyKey', 'contentEncoding', 'requestId', 'traceparent'].map(parameter),
    requestBody: {
      required: true,
      content: {
        [contentTypes[0]]: {
          schema: { anyOf: [reference('Recording'), reference('RecordingInSnakeCase')] },
        },
        [contentTypes[1]]: {
          schema: {
            type: 'string',
            description:
              'The recording without its samples on the first line, and one RecordingSample on each of the others.',
          },
        },
      },
    },
    responses: {
      202: answer('The recording is stored and waits for its analysis.', {
        anyOf: [reference('UploadAnswer'), reference('UploadAnswerInSnakeCase')],
      }),
      ...problems(ofUpload),
    },
  };
}

function status(): object {
  return {
    operationId: 'uploadStatus',
    summary: 'The status document of an upload, for clients without Firestore.',
    parameters: ['uploadId', 'requestId', 'traceparent'].map(parameter),
    responses: {
      200: answer('How far the upload has come.', reference('StatusAnswer')),
      ...problems(ofStatus),
    },
  };
}

/** @param query an object of optional texts, each of them a parameter */
function report(query: JsonSchema): object {
  const asked = Object.entries(query.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema,
  }));
  return {
    operationId: 'weeklyReport',
    summary:
      'The report of one week as a page, with its pictures in it: of the latest analysis, or of one upload.',
    parameters: [...asked, ...['requestId', 'traceparent'].map(parameter)],
    responses: {
      200: answer('The page.', { type: 'string' }, 'text/html'),
      ...problems(ofReport),
    },
  };
}

function answer(description: string, schema: object, contentType = 'application/json'): object {
  return { description, headers: headers([]), content: { [contentType]: { schema } } };
}

/** One response for each status that the codes have, with their sentences. */
function problems(codes: readonly FaultCode[]): Record<string, object> {
  const byStatus = Object.groupBy(codes, (code) => String(faults[code].status));
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, ofStatus = []]) => [
      status,
      {
        description: ofStatus.map((code) => `\`${code}\`: ${faults[code].sentence}`).join('\n'),
        headers: headers(status === '429' || status === '503' ? ['retryAfter'] : []),
        content: {
          'application/problem+json': {
            schema: {
              ...reference('Problem'),
              properties: {
                status: { const: Number(status) },
                code: { type: 'string', 'x-extensible-enum': ofStatus },
              },
            },
          },
        },
      },
    ]),
  );
}

const headerNames = { requestId: 'X-Request-Id', retryAfter: 'Retry-After' } as const;

function headers(more: string[]): object {
  const names = ['requestId', ...more] as (keyof typeof headerNames)[];
  return Object.fromEntries(
    names.map((name) => [headerNames[name], { $ref: `#/components/headers/${name}` }]),
  );
}

function reference(name: string): { $ref: string } {
  return { $ref: `${prefix}${name}` };
}

function parameter(name: string): object {
  return { $ref: `#/components/parameters/${name}` };
}

/** A schema with all of its keys in snake_case, as an existing client writes them; what it refers to is written out. */
function snakeCased(schema: JsonSchema, schemas: Record<string, JsonSchema>): JsonSchema {
  const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    const { $ref, ...rest } = value as { $ref?: string };
    if ($ref) return visit(schemas[$ref.slice(prefix.length)]);
    return Object.fromEntries(
      Object.entries(rest).map(([name, part]) => {
        if (name === 'required') return [name, (part as string[]).map(snake)];
        if (name !== 'properties') return [name, visit(part)];
        const properties = Object.entries(part as object).map(([key, of]) => [snake(key), visit(of)]);
        return [name, Object.fromEntries(properties)];
      }),
    );
  };
  return visit(schema) as JsonSchema;
}

/** The schemas that something else in the document refers to, however far away. */
function reached(document: {
  components: { schemas: Record<string, JsonSchema> };
}): Record<string, JsonSchema> {
  const { schemas } = document.components;
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    for (const [, name] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (found.has(name!)) continue;
      found.add(name!);
      visit(schemas[name!]);
    }
  };
  visit({ ...document, components: { ...document.components, schemas: {} } });
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => found.has(name)));
}
