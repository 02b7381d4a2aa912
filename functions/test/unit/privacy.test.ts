import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { canaries, uid } from '../support/canaries.ts';
import { configured } from '../support/programs.ts';

/** The server that spans, metrics and error reports are sent to, by the path of each request. */
async function startSink(): Promise<{ server: Server; origin: string; received: Map<string, string> }> {
  const received = new Map<string, string>();
  const server = createServer((request, response) => {
    void buffer(request).then((bytes) => {
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
      received.set(request.url!, `${received.get(request.url!) ?? ''}\n${body.toString()}`);
      response.setHeader('content-type', 'application/json');
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, origin: `127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

describe('health values, tokens, names and addresses', function () {
  this.timeout(120_000);
  const seen = new Map<string, string>();
  let calls = 0;
  before(async () => {
    const { server, origin, received } = await startSink();
    const story = join(import.meta.dirname, '../support/privacy-story.ts');
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [story], {
      maxBuffer: 2 ** 28,
      env: {
        ...configured,
        FUNCTION_TARGET: 'story',
        FUNCTIONS_EMULATOR: 'true',
        LOG_LEVEL: 'debug',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://${origin}`,
        SENTRY_DSN: `http://key@${origin}/42`,
      },
    });
    server.closeAllConnections();
    server.close();
    const [logs, rest] = stdout.split('left:') as [string, string];
    const left = JSON.parse(rest) as Record<string, unknown> & { calls: number };
    ({ calls } = left);
    seen.set('the logs', logs + stderr);
    for (const kind of ['answers', 'messages', 'names']) seen.set(`the ${kind}`, JSON.stringify(left[kind]));
    for (const [path, body] of received) {
      const kind = path.includes('/v1/traces')
        ? 'spans'
        : path.includes('/v1/metrics')
          ? 'metrics'
          : 'reports';
      seen.set(`the ${kind}`, `${seen.get(`the ${kind}`) ?? ''}${body}`);
    }
  });

  const places = ['logs', 'answers', 'messages', 'names', 'spans', 'metrics', 'reports'];

  it('were everywhere in what went wrong: each call of a port has failed with them once', () => {
    assert.ok(calls > 40, `${calls} calls`);
    for (const place of places) assert.ok(seen.get(`the ${place}`)!.length > 100, place);
    assert.match(seen.get('the reports')!, /TypeError/);
    assert.match(seen.get('the logs')!, /"errorName":"TypeError"/);
    assert.match(seen.get('the spans')!, /uploads\.advance/);
  });

  for (const place of places) {
    it(`are not in the ${place}`, () => {
      for (const [what, canary] of Object.entries(canaries)) {
        // In JSON within JSON some characters are written otherwise; the beginning of a canary is not.
        for (const sign of [canary, canary.slice(0, 6)]) {
          const at = seen.get(`the ${place}`)!.indexOf(sign);
          assert.ok(at < 0, `${what}: ${seen.get(`the ${place}`)!.slice(Math.max(0, at - 200), at + 100)}`);
        }
      }
    });
  }

  it('nor is the person named in logs, spans, metrics or reports', () => {
    for (const place of ['logs', 'spans', 'metrics', 'reports']) {
      assert.ok(!seen.get(`the ${place}`)!.includes(uid), place);
    }
  });
});
