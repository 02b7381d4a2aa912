import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const server = fileURLToPath(new URL('../../support/raw-body-server.ts', import.meta.url));

interface Seen {
  status: number;
  /** What the function read. */
  bytes?: number;
  head?: string;
  headers?: Record<string, string>;
  /** Whether the framework had read the body before. */
  parsed?: boolean;
}

/** The body is written in pieces, with no announced length unless the headers have one. */
function post(port: number, headers: Record<string, string>, pieces: Iterable<Buffer>): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const sending = request({ port, host: '127.0.0.1', method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const seen = text.startsWith('{"bytes"') ? (JSON.parse(text) as Partial<Seen>) : {};
        resolve({ status: response.statusCode!, ...seen });
      });
    });
    sending.on('error', reject);
    for (const piece of pieces) sending.write(piece);
    sending.end();
  });
}

/** What the framework does by itself, and what reaches a function that keeps its bodies: real servers, one each. */
describe('keepBodiesRaw', function () {
  this.timeout(20_000);
  const children: ChildProcess[] = [];
  const ports = { raw: 0, plain: 0 };
  before(async () => {
    for (const mode of ['raw', 'plain'] as const) {
      const child = fork(server, [mode], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      children.push(child);
      ports[mode] = ((await once(child, 'message')) as [number])[0];
    }
  });
  after(() => children.forEach((child) => child.kill()));

  const json = Buffer.from('{"samples":[]}');
  const gzip = gzipSync(Buffer.from(JSON.stringify({ samples: 'x'.repeat(10_000) })));
  const truncated = gzip.subarray(0, gzip.length - 12);
  const piece = Buffer.alloc(1024 * 1024, ' ');
  const bodies: [name: string, headers: Record<string, string>, pieces: Buffer[]][] = [
    ['a truncated gzip', { 'content-type': 'application/json', 'content-encoding': 'gzip' }, [truncated]],
    [
      '40 MiB without a length',
      { 'content-type': 'application/json' },
      Array.from({ length: 40 }, () => piece),
    ],
    ['invalid JSON', { 'content-type': 'application/json' }, [Buffer.from('{"samples":')]],
    ['JSON in an unknown character set', { 'content-type': 'application/json; charset=x-none' }, [json]],
    ['an unknown encoding', { 'content-type': 'application/json', 'content-encoding': 'zstd' }, [json]],
  ];
  for (const [name, headers, pieces] of bodies) {
    it(`lets ${name} reach the function as it was sent, which the framework alone would answer itself`, async () => {
      const size = pieces.reduce((sum, { length }) => sum + length, 0);
      const seen = await post(ports.raw, headers, pieces);
      assert.equal(seen.status, 200);
      assert.equal(seen.bytes, size);
      assert.equal(seen.parsed, false);
      assert.equal(seen.head, pieces[0]!.subarray(0, 20).toString('hex'));
      for (const [header, value] of Object.entries(headers)) assert.equal(seen.headers![header], value);

      // It may also close the connection while the body is still on its way.
      const plain = await post(ports.plain, headers, pieces).catch((): Seen => ({ status: 0 }));
      assert.equal(plain.bytes, undefined, 'the function was not asked');
      assert.ok(plain.status >= 400 || plain.status === 0, String(plain.status));
    });
  }

  it('still gives the body where the framework has read it', async () => {
    const seen = await post(
      ports.plain,
      { 'content-type': 'application/json', 'content-length': String(json.length) },
      [json],
    );
    assert.deepEqual([seen.status, seen.bytes, seen.parsed], [200, json.length, true]);
    assert.equal(seen.headers!['content-type'], 'application/json');
  });

  it('keeps one connection usable for the next request', async () => {
    for (let i = 0; i < 3; i++) {
      const seen = await post(ports.raw, { 'content-type': 'application/json', connection: 'keep-alive' }, [
        json,
      ]);
      assert.deepEqual([seen.status, seen.bytes], [200, json.length]);
    }
  });
});
