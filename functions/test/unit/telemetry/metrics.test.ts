import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { instruments } from '../../../src/telemetry/metrics.ts';

/** Runs a piece of a function in a process of its own, with a configuration of its own. */
const program = `
  const { measure } = await import(new URL('metrics.ts', process.argv[1]));
  const { flushTelemetry } = await import(new URL('telemetry.ts', process.argv[1]));
  measure('gen_ai.client.token.usage', 431, { 'gen_ai.token.type': 'input' });
  measure('clarity_loop.narratives', 1, { source: 'gemini', uid: 'canary' });
  measure('clarity_loop.narratives', 1, { source: 'gemini' });
  measure('clarity_loop.narrator.breaker', 2);
  const started = performance.now();
  await flushTelemetry();
  console.log(Math.round(performance.now() - started));
  process.exit(0);
`;
const module = new URL('../../../src/telemetry/metrics.ts', import.meta.url).href;

async function run(endpoint: string): Promise<number> {
  const env = {
    GCLOUD_PROJECT: 'demo-clarity-loop',
    RECORDINGS_BUCKET: 'demo-clarity-loop.appspot.com',
    VERTEX_LOCATION: 'europe-west4',
    VERTEX_MODEL: 'gemini-2.5-flash',
    NARRATOR_TEXTS_A_DAY: '10000',
    FUNCTION_TARGET: 'onAnalysisWritten',
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  };
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, module], { env });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  await new Promise((resolve) => child.once('exit', resolve));
  return Number(out);
}

interface Point {
  attributes: { key: string; value: { stringValue?: string } }[];
  asDouble?: number;
  asInt?: number;
  sum?: number;
}
interface Metric {
  name: string;
  sum?: { dataPoints: Point[] };
  gauge?: { dataPoints: Point[] };
  histogram?: { dataPoints: Point[] };
}

describe('metrics', () => {
  let collector: http.Server;
  let received: { path: string; metrics: Metric[] }[];
  let answer: boolean;
  const endpoint = () => `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;

  before(async () => {
    collector = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as {
          resourceMetrics: { scopeMetrics: { metrics: Metric[] }[] }[];
        };
        received.push({ path: request.url!, metrics: body.resourceMetrics[0]!.scopeMetrics[0]!.metrics });
        if (answer) response.end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(() => {
    received = [];
    answer = true;
  });
  after(() => {
    collector.closeAllConnections();
    collector.close();
  });

  it('reach an OTLP collector within the invocation', async () => {
    await run(endpoint());
    assert.equal(received[0]?.path, '/v1/metrics');
    const metrics = new Map(received[0].metrics.map((metric) => [metric.name, metric]));
    const tokens = metrics.get('gen_ai.client.token.usage')!.histogram!.dataPoints[0]!;
    assert.deepEqual([tokens.sum, tokens.attributes[0]!.value.stringValue], [431, 'input']);
    const narratives = metrics.get('clarity_loop.narratives')!.sum!.dataPoints;
    assert.deepEqual(
      narratives.map(({ asDouble, asInt }) => asDouble ?? asInt),
      [2],
    );
    const breaker = metrics.get('clarity_loop.narrator.breaker')!.gauge!.dataPoints[0]!;
    assert.equal(breaker.asDouble ?? breaker.asInt, 2);
  });

  it('carry only the attributes in the table, and what is left out is counted', async () => {
    await run(endpoint());
    assert.doesNotMatch(JSON.stringify(received), /canary/);
    const dropped = received[0]!.metrics.find(({ name }) => name === 'clarity_loop.telemetry.dropped')!;
    const [point] = dropped.sum!.dataPoints;
    assert.deepEqual(
      [point!.attributes[0]!.value.stringValue, point!.asDouble ?? point!.asInt],
      ['metric', 1],
    );
  });

  it('do not hold an invocation up when the collector does not answer', async () => {
    answer = false;
    const ms = await run(endpoint());
    // 300 ms, and what a busy machine adds; without the limit it would be for ever.
    assert.ok(ms >= 250 && ms < 3000, `${ms} ms`);
  });

  it('cost nothing where nothing is exported', async () => {
    assert.ok((await run('')) < 200);
    assert.equal(received.length, 0);
  });
});

describe("the README's table of metrics", () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `([\w.]+)` +\| (\w+) +\| (\S+) +\| (.*?) +\| (.*?) +\|$/gm)];

  it('says of every metric what the code says', () => {
    assert.deepEqual(
      rows.map(([, name, kind, unit, description, attributes]) => ({
        name,
        kind,
        unit,
        description,
        attributes,
      })),
      Object.entries(instruments).map(([name, { kind, unit, description, attributes }]) => ({
        name,
        kind,
        unit: `\`${unit}\``,
        description,
        attributes: attributes.map((attribute) => `\`${attribute}\``).join(', '),
      })),
    );
  });

  it('has no attribute that could name a person, an upload or a request', () => {
    const attributes = Object.values(instruments).flatMap((one) => [...one.attributes]);
    for (const attribute of attributes) assert.doesNotMatch(attribute, /(^|[._])(id|uid|user|upload)$/);
  });
});
