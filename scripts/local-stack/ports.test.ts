import assert from 'node:assert/strict';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { choosePorts } from './ports.ts';

const host = '127.0.0.1';

async function listening(): Promise<{ port: number; close: () => Promise<void> }> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

async function freePort(): Promise<number> {
  const { port, close } = await listening();
  await close();
  return port;
}

describe('choosePorts', () => {
  it('keeps a default port that is free', async () => {
    const port = await freePort();
    const emulators = { auth: { host, port } };
    assert.deepEqual(await choosePorts(emulators, 'default'), []);
    assert.equal(emulators.auth.port, port);
  });

  it('moves away from a port that is taken, and says so', async () => {
    const taken = await listening();
    const emulators = { firestore: { host, port: taken.port, websocketPort: taken.port } };
    const moved = await choosePorts(emulators, 'default');
    await taken.close();
    assert.notEqual(emulators.firestore.port, taken.port);
    assert.notEqual(emulators.firestore.websocketPort, taken.port);
    assert.deepEqual(moved, [
      `firestore: port ${taken.port} is taken, using ${emulators.firestore.port}`,
      `firestore: websocketPort ${taken.port} is taken, using ${emulators.firestore.websocketPort}`,
    ]);
  });

  it('never hands out a port twice', async () => {
    const emulators = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`e${i}`, { host, port: 1 }]));
    assert.deepEqual(await choosePorts(emulators, 'free'), []);
    const ports = Object.values(emulators).map(({ port }) => port);
    assert.equal(new Set(ports).size, 20);
    assert.ok(!ports.includes(1));
  });

  it('leaves what is no emulator alone', async () => {
    const emulators = { ui: { enabled: false }, singleProjectMode: true };
    await choosePorts(emulators, 'free');
    assert.deepEqual(emulators, { ui: { enabled: false }, singleProjectMode: true });
  });
});
