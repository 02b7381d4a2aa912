import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { startCollector, type Collector, type Span } from './collector.ts';
import { prometheusText } from './prometheus-text.ts';
import { traceLines } from '../../operations/trace.ts';
import { temporaryFolder } from '../../../functions/test/support/temporary-folder.ts';
import { readFileSync } from 'node:fs';

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const otlpSpan = (spanId: string, parentSpanId: string, fromMs: number, toMs: number, uploadId?: string) => ({
  traceId: 'a'.repeat(32),
  spanId,
  parentSpanId,
  name: `step ${spanId}`,
  kind: 1,
  startTimeUnixNano: `${1_700_000_000_000 + fromMs}000000`,
  endTimeUnixNano: `${1_700_000_000_000 + toMs}000000`,
  status: { code: spanId === '3' ? 2 : 0 },
  attributes: uploadId ? [text('clarity_loop.upload.id', uploadId)] : [],
});
const traces = (...spans: object[]) => ({
  resourceSpans: [{ resource: { attributes: [text('faas.name', 'onX')] }, scopeSpans: [{ spans }] }],
});

describe('the local collector', () => {
  const folder = temporaryFolder();
  let collector: Collector;
  beforeEach(async () => {
    collector = await startCollector(folder.path('spans.ndjson'));
  });
  afterEach(() => collector.close());

  const send = (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(`${collector.origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  const get = async (path: string) => (await (await fetch(`${collector.origin}${path}`)).json()) as Span[];

  it('keeps spans by trace and by upload, also of a trace whose other spans name no upload', async () => {
    const body = JSON.stringify(traces(otlpSpan('1', '', 0, 10, 'upload-1'), otlpSpan('2', '1', 2, 4.0)));
    assert.equal((await send('/v1/traces', body)).status, 200);
    const compressed = Uint8Array.from(gzipSync(JSON.stringify(traces(otlpSpan('3', '1', 5, 9)))));
    assert.equal((await send('/v1/traces', compressed, { 'content-encoding': 'gzip' })).status, 200);
    const ids = (spans: Span[]) => spans.map(({ spanId }) => spanId);
    assert.deepEqual(ids(await get(`/traces/${'a'.repeat(32)}`)), ['1', '2', '3']);
    assert.deepEqual(ids(await get('/uploads/upload-1')), ['1', '2', '3']);
    assert.deepEqual(await get('/uploads/upload-2'), []);
    const [span] = collector.spansOf('a'.repeat(32));
    assert.deepEqual(
      [span!.function, span!.durationMs, span!.startMs, span!.failed],
      ['onX', 10, 1_700_000_000_000, false],
    );
    const kept = readFileSync(folder.path('spans.ndjson'), 'utf8').trimEnd().split('\n');
    assert.deepEqual(
      kept.map((line) => JSON.parse(line) as Span),
      collector.spansOf('a'.repeat(32)),
    );
  });

  it('refuses what is no OTLP as JSON', async () => {
    assert.equal((await send('/v1/traces', 'x', { 'content-type': 'application/x-protobuf' })).status, 415);
    assert.equal((await send('/v1/traces', '{')).status, 400);
    assert.equal((await send('/v1/logs', '{}')).status, 404);
  });
});

describe('a trace, printed', () => {
  it('is a tree in the order of time, with durations and what failed', async () => {
    const collector = await startCollector();
    const spans = [
      otlpSpan('1', 'of the client', 0, 100),
      otlpSpan('4', '1', 50, 100),
      otlpSpan('3', '2', 20, 30),
      otlpSpan('2', '1', 10, 40),
    ];
    await fetch(`${collector.origin}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(traces(...spans)),
    });
    const lines = traceLines(collector.spansOf('a'.repeat(32)));
    await collector.close();
    assert.equal(lines[0], `trace ${'a'.repeat(32)}, 4 spans, 100 ms`);
    assert.deepEqual(
      lines.slice(1).map((line) => line.replace(/ +━.*?( {2}FAILED.*)?$/, '$1')),
      [
        'step 1          100.0 ms',
        '├─ step 2        30.0 ms',
        '│  └─ step 3     10.0 ms  FAILED',
        '└─ step 4        50.0 ms',
      ],
    );
  });
});

describe('metrics for Prometheus', () => {
  const point = { attributes: [text('outcome', 'a "b"')], asInt: '2' };
  const histogram = {
    attributes: [],
    count: '3',
    sum: 1.5,
    bucketCounts: ['1', '0', '2'],
    explicitBounds: [0.1, 1],
  };
  const instance = (name: string) => ({
    resource: { attributes: [text('faas.name', name)] },
    scopeMetrics: [
      {
        metrics: [
          {
            name: 'clarity_loop.uploads',
            unit: '{upload}',
            description: 'Uploads',
            sum: { dataPoints: [point] },
          },
          { name: 'x.duration', unit: 's', description: 'Time', histogram: { dataPoints: [histogram] } },
          { name: 'x.breaker', unit: '1', description: 'State', gauge: { dataPoints: [{ asDouble: 2 }] } },
        ],
      },
    ],
  });

  it('are named and added up over instances as OpenTelemetry says, a gauge left as it is', () => {
    assert.equal(
      prometheusText([instance('onX'), instance('onX'), instance('onY')]),
      `# HELP clarity_loop_uploads_total Uploads
# TYPE clarity_loop_uploads_total counter
clarity_loop_uploads_total{faas_name="onX",outcome="a \\"b\\""} 4
clarity_loop_uploads_total{faas_name="onY",outcome="a \\"b\\""} 2
# HELP x_breaker State
# TYPE x_breaker gauge
x_breaker{faas_name="onX"} 2
x_breaker{faas_name="onY"} 2
# HELP x_duration_seconds Time
# TYPE x_duration_seconds histogram
x_duration_seconds_bucket{faas_name="onX",le="0.1"} 2
x_duration_seconds_bucket{faas_name="onX",le="1"} 2
x_duration_seconds_bucket{faas_name="onX",le="+Inf"} 6
x_duration_seconds_sum{faas_name="onX"} 3
x_duration_seconds_count{faas_name="onX"} 6
x_duration_seconds_bucket{faas_name="onY",le="0.1"} 1
x_duration_seconds_bucket{faas_name="onY",le="1"} 1
x_duration_seconds_bucket{faas_name="onY",le="+Inf"} 3
x_duration_seconds_sum{faas_name="onY"} 1.5
x_duration_seconds_count{faas_name="onY"} 3
`,
    );
  });
});
