// A local OpenTelemetry collector: takes spans and metrics by OTLP/HTTP as JSON, which is what the functions' exporters send,
// keeps the spans by trace in memory and in a file, and serves the metrics of all workers as Prometheus reads them. One
// process serves one function here, so a /metrics of each would tell little: they are put together in this place.
//   POST /v1/traces, /v1/metrics   OTLP
//   GET  /metrics                  Prometheus text
//   GET  /traces/TRACE_ID          its spans
//   GET  /uploads/UPLOAD_ID        the spans of the upload's trace
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { attributesOf, type Attributes, type KeyValue } from './otlp-json.ts';
import { prometheusText, type ResourceMetrics } from './prometheus-text.ts';

/** A span as the collector keeps it: a line of JSON in its file. */
export interface Span {
  traceId: string;
  spanId: string;
  /** Empty for the first one of a trace. */
  parentSpanId: string;
  name: string;
  /** As in OTLP: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  startMs: number;
  durationMs: number;
  failed: boolean;
  /** The function that it ran in, the other attributes of the resource left out. */
  function: string;
  attributes: Attributes;
  links: { traceId: string; spanId: string }[];
}

export interface Collector {
  origin: string;
  spansOf(traceId: string): Span[];
  /** Headers of every export, in order. */
  requests: { path: string; headers: http.IncomingHttpHeaders }[];
  close(): Promise<void>;
}

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status?: { code?: number };
  attributes?: KeyValue[];
  links?: { traceId: string; spanId: string }[];
}

interface TracesRequest {
  resourceSpans?: { resource?: { attributes?: KeyValue[] }; scopeSpans?: { spans?: OtlpSpan[] }[] }[];
}

interface MetricsRequest {
  resourceMetrics?: ResourceMetrics[];
}

const statusError = 2;

function spansIn({ resourceSpans = [] }: TracesRequest): Span[] {
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const owner = String(attributesOf(resource?.attributes)['faas.name'] ?? 'unknown');
    return scopeSpans.flatMap(({ spans = [] }) => spans.map((span) => spanOf(span, owner)));
  });
}

function spanOf(span: OtlpSpan, owner: string): Span {
  const start = BigInt(span.startTimeUnixNano);
  const microseconds = Number((BigInt(span.endTimeUnixNano) - start) / 1000n);
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    name: span.name,
    kind: span.kind,
    startMs: Number(start / 1000n) / 1000,
    durationMs: microseconds / 1000,
    failed: span.status?.code === statusError,
    function: owner,
    attributes: attributesOf(span.attributes),
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
  };
}

const uploadAttribute = 'clarity_loop.upload.id';

/** The spans of every trace in which a span names the upload, in the order in which they began. */
export function spansOfUpload(spans: readonly Span[], uploadId: string): Span[] {
  const traces = new Set(
    spans.filter(({ attributes }) => attributes[uploadAttribute] === uploadId).map(({ traceId }) => traceId),
  );
  return spans.filter(({ traceId }) => traces.has(traceId)).sort((a, b) => a.startMs - b.startMs);
}

/** Starts on a free port of 127.0.0.1; every span is also a line of `file`. */
export async function startCollector(file?: string): Promise<Collector> {
  const spans: Span[] = [];
  const metrics = new Map<string, ResourceMetrics>();
  const requests: Collector['requests'] = [];
  const byTrace = (traceId: string) => spans.filter((span) => span.traceId === traceId);

  const take: Record<string, (body: unknown) => void> = {
    '/v1/traces': (body) => {
      const arrived = spansIn(body as TracesRequest);
      spans.push(...arrived);
      if (file) fs.appendFileSync(file, arrived.map((span) => `${JSON.stringify(span)}\n`).join(''));
    },
    '/v1/metrics': (body) => {
      for (const one of (body as MetricsRequest).resourceMetrics ?? []) {
        // Sums of an instance grow as long as it lives: its latest export holds all earlier ones.
        metrics.set(String(attributesOf(one.resource?.attributes)['service.instance.id']), one);
      }
    },
  };

  const answer = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const [, place, id] = (request.url ?? '').split('/');
    if (request.method === 'POST') {
      const receive = take[request.url ?? ''];
      requests.push({ path: request.url ?? '', headers: request.headers });
      const bytes = await buffer(request);
      if (!receive) return send(response, 404, 'text/plain', 'Not found.');
      if (request.headers['content-type'] !== 'application/json') {
        return send(response, 415, 'text/plain', 'This collector takes OTLP as JSON.');
      }
      const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
      receive(JSON.parse(text.toString('utf8')));
      return send(response, 200, 'application/json', '{}');
    }
    if (place === 'metrics')
      return send(response, 200, 'text/plain; version=0.0.4', prometheusText([...metrics.values()]));
    if (place === 'traces' && id) return send(response, 200, 'application/json', JSON.stringify(byTrace(id)));
    if (place === 'uploads' && id)
      return send(response, 200, 'application/json', JSON.stringify(spansOfUpload(spans, id)));
    send(response, 404, 'text/plain', 'Not found.');
  };

  const server = http.createServer((request, response) => {
    answer(request, response).catch(() => {
      send(response, 400, 'text/plain', 'This is no OTLP as JSON.');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spansOf: byTrace,
    requests,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function send(response: http.ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type });
  response.end(body);
}
