import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { faultOf } from '../../../src/domain/fault.ts';
import { bodyLengthOf, bodyOf } from '../../../src/platform/raw-body.ts';

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

describe('bodyOf', () => {
  const pace = { graceMs: 60, bytesPerMs: 10, mostMs: 400 };
  /** What a server read of a body, which `send` writes to it as bytes: the number of bytes and the code of the fault. */
  async function readOf(send: (write: (text: string) => void, end: () => void) => Promise<void>) {
    const read = Promise.withResolvers<{
      bytes: number;
      code: string | null;
      declared: number | undefined;
    }>();
    const reader = async (asked: IncomingMessage) => {
      let bytes = 0;
      const declared = bodyLengthOf(asked);
      try {
        for await (const chunk of bodyOf(asked, pace)) bytes += chunk.length;
        read.resolve({ bytes, code: null, declared });
      } catch (error) {
        read.resolve({ bytes, code: faultOf(error).code, declared });
      }
    };
    const listening = createServer((asked) => void reader(asked)).listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const socket = connect((listening.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => undefined);
    await send(
      (text) => socket.write(text),
      () => socket.destroy(),
    );
    const outcome = await read.promise;
    socket.destroy();
    listening.close();
    return outcome;
  }
  const head = (length: number) => `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${length}\r\n\r\n`;
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it('gives all of a body that keeps coming, however long it takes', async () => {
    const outcome = await readOf(async (write) => {
      write(head(3000));
      for (let i = 0; i < 5; i++) {
        write('x'.repeat(600));
        await wait(40);
      }
    });
    assert.deepEqual(outcome, { bytes: 3000, code: null, declared: 3000 });
  });

  it('ends with request/timeout where next to nothing comes', async () => {
    const { code } = await readOf(async (write) => {
      write(head(1000));
      for (let i = 0; i < 8; i++) {
        write('x');
        await wait(20);
      }
    });
    assert.equal(code, 'request/timeout');
  });

  it('ends with request/timeout in the end, at whatever pace', async () => {
    const { code } = await readOf(async (write) => {
      write(head(1_000_000));
      for (let i = 0; i < 12; i++) {
        write('x'.repeat(1000));
        await wait(50);
      }
    });
    assert.equal(code, 'request/timeout');
  });

  it('ends with request/aborted where the client hangs up', async () => {
    const { code, bytes } = await readOf(async (write, end) => {
      write(`${head(1000)}${'x'.repeat(10)}`);
      await wait(20);
      end();
    });
    assert.deepEqual([code, bytes], ['request/aborted', 10]);
  });

  it('knows no length of a body in chunks', async () => {
    const chunked = 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n';
    const outcome = await readOf((write) => Promise.resolve(write(chunked)));
    assert.deepEqual(outcome, { bytes: 2, code: null, declared: undefined });
  });
});
