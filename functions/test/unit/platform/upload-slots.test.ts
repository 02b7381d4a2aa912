import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { json, sentSample } from '../../support/build.ts';
import { configured } from '../../support/programs.ts';
import { byTier, representatives } from '../../support/tier.ts';
import { worstRecordings } from '../../support/worst-recordings.ts';

const program = fileURLToPath(new URL('../../support/upload-server.ts', import.meta.url));
/** Memory of an instance, as deployment.ts has it. */
const instanceMib = 1024;

/** A folder that bounds the memory of the processes in it, or undefined where this machine lets nobody make one. */
function boundedMemory(): string | undefined {
  const [group, limit] = existsSync('/sys/fs/cgroup/cgroup.controllers')
    ? [`/sys/fs/cgroup/clarity-${process.pid}`, 'memory.max']
    : [`/sys/fs/cgroup/memory/clarity-${process.pid}`, 'memory.limit_in_bytes'];
  try {
    mkdirSync(group);
    writeFileSync(`${group}/${limit}`, String(instanceMib * 1024 * 1024));
    return group;
  } catch {
    return undefined;
  }
}

describe('one instance of uploadRecording', function () {
  this.timeout(byTier(600_000, 60_000));
  let instance: ChildProcess;
  let group: string | undefined;
  let port = 0;
  let printed = '';
  beforeEach(async () => {
    printed = '';
    instance = fork(program, {
      env: { ...process.env, ...configured, FUNCTION_TARGET: 'uploadRecording' },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    instance.stdout!.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    group = byTier(boundedMemory, () => undefined)();
    if (group) writeFileSync(`${group}/cgroup.procs`, String(instance.pid));
    ({ port } = ((await once(instance, 'message')) as [{ port: number }])[0]);
  });
  afterEach(async () => {
    const ended = once(instance, 'exit');
    instance.kill('SIGKILL');
    await ended;
    if (group) rmdirSync(group);
  });

  const send = async (person: string, body: Buffer, contentType = 'application/json'): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${person}`, 'content-type': contentType },
      body: Uint8Array.from(body),
    });
    await response.text();
    return response.status;
  };
  /** Honest people, each of whom sends a recording; what they are answered. */
  const honest = (count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, i) =>
        send(`honest-${i}`, json({ samples: [sentSample({ uuid: `${i}` })] })),
      ),
    );
  const peakMib = async (): Promise<number> => {
    const [told] = [once(instance, 'message'), instance.send('peak')];
    return ((await told) as [{ peakMib: number }])[0].peakMib;
  };

  it(`reads the worst there is, ${byTier('eight', 'two')} at once, within its memory, and others beside it`, async () => {
    const worst = representatives(worstRecordings(byTier(64, 32)), 2);
    const answers = worst.map(({ body, contentType }, i) => send(`worst-${i}`, body, contentType));
    assert.deepEqual(await honest(8), Array(8).fill(202));
    assert.deepEqual(
      await Promise.all(answers),
      worst.map(({ status }) => status),
    );
    const peak = await peakMib();
    // With more memory around it than an instance has, the collector takes its time: a quarter is left nevertheless.
    assert.ok(peak < (3 / 4) * instanceMib, `${peak} MiB`);
    console.log(`      ${peak} MiB at the most${group ? ', in a cgroup of 1 GiB' : ''}`);
  });

  const slowCount = byTier(500, 30);
  it(`gives ${slowCount} slow bodies of one person four places, and nobody else fails`, async () => {
    const head =
      'POST / HTTP/1.1\r\nhost: a\r\nauthorization: Bearer slow\r\ncontent-type: application/json\r\n' +
      'content-length: 33000000\r\n\r\n';
    const slow: { socket: Socket; answer: string }[] = [];
    for (let i = 0; i < slowCount; i++) {
      const socket = connect(port, '127.0.0.1');
      const one = { socket, answer: '' };
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => (one.answer += chunk.toString()));
      socket.write(`${head}{`);
      slow.push(one);
    }
    assert.deepEqual(await honest(20), Array(20).fill(202));
    while (slow.filter(({ answer }) => answer !== '').length < slowCount - 4) await honest(1);
    const answered = slow.filter(({ answer }) => answer !== '');
    assert.equal(answered.length, slowCount - 4);
    for (const { answer } of answered) {
      assert.match(answer, /^HTTP\/1\.1 429 .*retry-after: 5\r\n.*"quota\/exceeded"/s);
    }

    for (const { socket } of slow) socket.destroy();
    while (printed.split('"status":499').length <= 4) await honest(1);
    const hungUp = printed.split('\n').filter((line) => line.includes('"status":499'));
    for (const line of hungUp) {
      assert.match(line, /"code":"request\/aborted"/);
      assert.match(line, /"severity":"INFO"/);
    }
    assert.doesNotMatch(printed, /"severity":"ERROR"/);
  });
});
