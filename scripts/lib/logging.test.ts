import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { startVertexStandIn } from '../local-stack/stand-ins/vertex.ts';
import { runProgram } from '../../functions/test/support/programs.ts';

interface Entry {
  /** google.logging.type.LogSeverity: 200 is INFO. */
  severity: number;
  jsonPayload: { message: string; metadata: Record<string, unknown> };
}

/** Stands in for Cloud Logging's REST method entries:write. */
async function startLoggingApi(status = 200) {
  const requests: { authorization: string | undefined; logName: string; entries: Entry[] }[] = [];
  const server = http.createServer((request, response) => {
    void buffer(request).then((bytes) => {
      const written = JSON.parse(bytes.toString()) as { logName: string; entries: Entry[] };
      requests.push({ authorization: request.headers.authorization, ...written });
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(
        status === 200 ? '{}' : '{"error":{"code":403,"message":"no","status":"PERMISSION_DENIED"}}',
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    requests,
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const program = (port: number) => `
  const { withLog } = await load('../../scripts/lib/logging.ts');
  const { log } = await load('telemetry/log.ts');
  const api = { apiEndpoint: '127.0.0.1', port: ${port}, protocol: 'http', fallback: true };
  await withLog('my-project', async () => {
    log('info', 'deadLetter.replayed', { uploadId: 'upload-1', code: 'analysis/gave-up', outcome: 'queued', uid: 'canary' });
  }, api).then(() => say('written'), ({ message }) => say(message));
`;

describe('the log of a script that works on a project', () => {
  it("is the project's own: there when the script has ended, and not on standard output", async () => {
    const google = await startVertexStandIn();
    const api = await startLoggingApi();
    const { said, out } = await runProgram(program(api.port), google.env);
    api.close();
    await google.close();
    assert.deepEqual([said[0], out], ['written', '']);
    const entries = api.requests.flatMap((request) => request.entries);
    const [entry] = entries.filter(({ jsonPayload }) => jsonPayload.message === 'deadLetter.replayed');
    assert.equal(api.requests[0]!.logName, 'projects/my-project/logs/clarity-loop-scripts');
    assert.equal(entry!.severity, 200);
    const { uploadId, code, outcome } = entry!.jsonPayload.metadata;
    assert.deepEqual([uploadId, code, outcome], ['upload-1', 'analysis/gave-up', 'queued']);
    assert.doesNotMatch(JSON.stringify(entries), /canary/);
    assert.match(api.requests[0]!.authorization!, /^Bearer [0-9a-f]{32}$/);
  });

  it('says when it could not be written', async () => {
    const google = await startVertexStandIn();
    const api = await startLoggingApi(403);
    const { said } = await runProgram(program(api.port), google.env);
    api.close();
    await google.close();
    assert.deepEqual(said, ['The log lines did not reach Cloud Logging.']);
  });

  it('is the terminal on the emulators', async () => {
    const { out } = await runProgram(
      `const { withLog } = await load('../../scripts/lib/logging.ts');
       const { log } = await load('telemetry/log.ts');
       await withLog(undefined, async () => log('info', 'deadLetter.replayed', { outcome: 'queued' }));`,
      {},
    );
    assert.match(out, /"message":"deadLetter.replayed"/);
  });
});
