import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { selfSigned } from './self-signed.ts';

/** Resolves once a TLS client has accepted the server's certificate. */
function connect(port: number, options: tls.ConnectionOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: '127.0.0.1', port, ...options }, () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}

describe('selfSigned', () => {
  let cert: string;
  let server: tls.Server;
  let port = 0;

  before(async () => {
    const made = await selfSigned();
    ({ cert } = made);
    server = tls.createServer(made, (socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  after(() => server.close());

  it('is accepted by a client that trusts it, for 127.0.0.1 and for localhost', async () => {
    await connect(port, { ca: cert });
    await connect(port, { ca: cert, servername: 'localhost' });
  });

  it('is refused by a client that does not trust it', async () => {
    await assert.rejects(connect(port, {}), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it('is refused for another name', async () => {
    await assert.rejects(connect(port, { ca: cert, servername: 'example.org' }), {
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it('is valid now and for the hours asked for', async () => {
    const certificate = new X509Certificate((await selfSigned({ validHours: 1 })).cert);
    const hours = (certificate.validToDate.getTime() - Date.now()) / 3_600_000;
    assert.ok(certificate.validFromDate.getTime() < Date.now());
    assert.ok(hours > 0.99 && hours <= 1, String(hours));
  });
});
