import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import {
  startCollector,
  type Collector,
  type Span,
} from '../../../../scripts/local-stack/stand-ins/collector.ts';
import { traceparent } from '../../support/build.ts';
import { configured, runProgram } from '../../support/programs.ts';
import { startVertexStandIn } from '../../../../scripts/local-stack/stand-ins/vertex.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

/** An event step with two calls of a port, the second of which fails, and one line in the log. */
const program = `
  const { handleEvent } = await load('platform/event.ts');
  const { observed } = await load('telemetry/instrument.ts');
  const { Fault } = await load('domain/fault.ts');
  const port = observed('recordings', {
    open: async () => ({ bytes: 7 }),
    create: async () => { throw new Fault('service/unavailable', { cause: new TypeError('canary') }); },
  }, {
    open: { tell: (_, { bytes }) => ({ attributes: { 'clarity_loop.bytes': bytes, 'canary.heart_rate': 72 } }) },
  });
  const delivery = { id: 'event-1', type: 'google.cloud.pubsub.topic.v1.messagePublished', source: '//pubsub/projects/p/topics/analysis-requested' };
  const step = { event: 'onX', delivery, uploadId: 'upload-1', traceparent: process.env.TRACEPARENT };
  const started = performance.now();
  for (let times = Number(process.env.TIMES ?? 1); times > 0; times--) {
    await handleEvent(step, async (handed) => {
      say(handed);
      await port.open();
      await port.create().catch(() => {});
      return 'queued';
    });
    await new Promise((resolve) => setTimeout(resolve, Number(process.env.PAUSE_MS ?? 0)));
  }
  say(performance.now() - started);
`;

interface Line {
  message: string;
  signal?: string;
  'logging.googleapis.com/trace': string;
  'logging.googleapis.com/spanId': string;
}

async function run(env: Record<string, string>) {
  const { said, out, code } = await runProgram(program, { TRACEPARENT: traceparent, ...env });
  assert.equal(code, 0);
  const lines = out
    .split('\n')
    .filter((line) => line.startsWith('{"'))
    .map((line) => JSON.parse(line) as Line);
  const [handed, ms] = said as [string, number];
  return { handed, ms, lines, out };
}

describe('spans', () => {
  let collector: Collector;
  before(async () => {
    collector = await startCollector();
  });
  after(() => collector.close());
  const byName = (spans: Span[]) => new Map(spans.map((span) => [span.name, span]));

  it('are one for the invocation and one for each call of a port below it, within the invocation', async () => {
    const { handed } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin });
    const spans = byName(collector.spansOf(traceId));
    assert.deepEqual([...spans.keys()].sort(), ['onX', 'recordings.create', 'recordings.open']);
    const root = spans.get('onX')!;
    assert.deepEqual([root.parentSpanId, root.kind], ['00f067aa0ba902b7', 5]);
    assert.equal(handed, `00-${traceId}-${root.spanId}-01`, 'what is handed on names the span');
    for (const name of ['recordings.open', 'recordings.create']) {
      assert.equal(spans.get(name)!.parentSpanId, root.spanId);
    }
    assert.deepEqual(root.attributes, {
      'faas.trigger': 'pubsub',
      'faas.coldstart': true,
      'messaging.system': 'gcp_pubsub',
      'messaging.destination.name': 'analysis-requested',
      'messaging.operation.type': 'process',
      'clarity_loop.upload.id': 'upload-1',
      'clarity_loop.outcome': 'queued',
    });
  });

  it('carry only what is in the list, and what is not is counted', async () => {
    const { out } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin });
    const told = JSON.stringify(collector.spansOf(traceId));
    assert.doesNotMatch(`${told}${out}`, /canary/);
    const opened = collector.spansOf(traceId).findLast(({ name }) => name === 'recordings.open')!;
    assert.deepEqual(opened.attributes, { 'clarity_loop.bytes': 7 });
    const metrics = await (await fetch(`${collector.origin}/metrics`)).text();
    assert.match(metrics, /clarity_loop_telemetry_dropped_total\{[^}]*signal="span"\} /);
  });

  it('say that a call has failed by the code of its fault', () => {
    const created = collector.spansOf(traceId).findLast(({ name }) => name === 'recordings.create')!;
    assert.deepEqual([created.failed, created.attributes['error.type']], [true, 'service/unavailable']);
  });

  it('have the ids that the logs have', async () => {
    const { lines } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin });
    const root = collector.spansOf(traceId).findLast(({ name }) => name === 'onX')!;
    const [line] = lines.filter(({ message }) => message === 'event.handled') as [Line];
    assert.equal(
      line['logging.googleapis.com/trace'],
      `projects/${configured.GCLOUD_PROJECT}/traces/${root.traceId}`,
    );
    assert.equal(line['logging.googleapis.com/spanId'], root.spanId);
  });

  it('are not sent where the trace is not to be recorded, and its ids go on', async () => {
    const before = collector.spansOf(traceId).length;
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin,
      TRACEPARENT: traceparent.replace(/01$/, '00'),
    };
    const { handed } = await run(env);
    assert.match(handed, new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
    assert.equal(collector.spansOf(traceId).length, before);
  });

  it('are not there where nothing is exported, and the ids go on all the same', async () => {
    const { handed, lines } = await run({});
    assert.match(handed, new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    assert.deepEqual(
      lines.map(({ message, ...line }) => [message, line['logging.googleapis.com/spanId']]),
      [['event.handled', handed.split('-')[2]]],
    );
  });

  it('cost no import where nothing is exported', async () => {
    const loaded = `
      const { createRequire } = await import('node:module');
      say(Object.keys(createRequire(src).cache).filter((file) => /@opentelemetry|@sentry|logging-winston/.test(file)));
    `;
    assert.deepEqual((await runProgram(`${program}${loaded}`, {})).said.at(-1), []);
  });

  it('go to the console where that is chosen', async () => {
    const { out } = await run({ OTEL_TRACES_EXPORTER: 'console' });
    assert.match(out, /name: 'recordings.open'/);
  });

  it('do not hold an invocation up for longer than 300 ms', async () => {
    const silent = await startSilent();
    const { ms } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: silent.origin });
    silent.close();
    // What a busy machine needs to load the SDK comes on top; without the limit it would be the exporter's 3 s.
    assert.ok(ms >= 250 && ms < 2800, `${ms} ms`);
  });

  it('are missed once in the log while nobody takes them', async function () {
    this.timeout(30_000);
    // The exporters try for three seconds.
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', TIMES: '2', PAUSE_MS: '3500' };
    const { lines } = await run(env);
    const failures = lines.filter(({ message }) => message === 'telemetry.failed');
    assert.deepEqual(failures.map(({ signal }) => signal).sort(), ['metrics', 'traces']);
  });

  it('show the collector what it wants to see', async () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b,x-team=one',
    };
    await run(env);
    for (const path of ['/v1/traces', '/v1/metrics']) {
      const { headers } = collector.requests.findLast((request) => request.path === path)!;
      assert.deepEqual([headers['x-key'], headers['x-team']], ['a b', 'one']);
    }
  });
});

describe("Google's Telemetry API", () => {
  const askFor = (endpoint: string): string => `
    const { otlpOptions } = await load('telemetry/otlp.ts');
    const { headers, url } = otlpOptions('traces', { otlpEndpoint: '${endpoint}', otlpHeaders: { 'x-other': '1' } }, 'my-project');
    say([url, typeof headers === 'function' ? await headers() : headers]);
  `;

  it('gets a token of Application Default Credentials, and the project that is charged', async () => {
    const google = await startVertexStandIn();
    const { said } = await runProgram(askFor('https://telemetry.googleapis.com'), google.env);
    await google.close();
    const [url, headers] = said[0] as [string, Record<string, string>];
    assert.equal(url, 'https://telemetry.googleapis.com/v1/traces');
    assert.match(headers.authorization!, /^Bearer [0-9a-f]{32}$/);
    assert.deepEqual([headers['x-goog-user-project'], headers['x-other']], ['my-project', '1']);
  });

  it('gets none where there are no credentials: the refusal is what is noticed', async () => {
    const env = { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere.json' };
    const { said } = await runProgram(askFor('https://telemetry.googleapis.com'), env);
    assert.deepEqual(said[0], ['https://telemetry.googleapis.com/v1/traces', { 'x-other': '1' }]);
  });

  it('is the only place that gets the token', async () => {
    const google = await startVertexStandIn();
    const { said } = await runProgram(askFor('https://telemetry.googleapis.com.example.org'), google.env);
    await google.close();
    assert.deepEqual((said[0] as [string, object])[1], { 'x-other': '1' });
  });
});

/** A server that takes requests and never answers. */
async function startSilent(): Promise<{ origin: string; close(): void }> {
  const server = createServer();
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    origin: `http://127.0.0.1:${port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
