import { randomUUID } from 'node:crypto';
import { generate } from 'selfsigned';

export interface Certificate {
  /** PEM. Also the certificate authority that a client has to trust. */
  cert: string;
  /** PEM, PKCS #8. */
  key: string;
}

const hourMs = 3_600_000;

/** A self-signed P-256 certificate for 127.0.0.1 and localhost, made in memory and valid since an hour. */
export async function selfSigned({ validHours = 48 } = {}): Promise<Certificate> {
  const now = Date.now();
  // A name of its own: who trusts several of these finds the right one by name.
  const name = [{ name: 'commonName', value: `local stand-in ${randomUUID()}` }];
  const { cert, private: key } = await generate(name, {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - hourMs),
    notAfterDate: new Date(now + validHours * hourMs),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { cert, key };
}
