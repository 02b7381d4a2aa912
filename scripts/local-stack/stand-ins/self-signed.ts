// A self-signed P-256 certificate for 127.0.0.1 and localhost, made in memory: no openssl, nothing committed.
import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

export interface Certificate {
  /** PEM. Also the certificate authority that a client has to trust. */
  cert: string;
  /** PEM, PKCS #8. */
  key: string;
}

// The DER tags used below.
const bool = 0x01;
const integer = 0x02;
const bitString = 0x03;
const octetString = 0x04;
const objectId = 0x06;
const utf8String = 0x0c;
const utcTime = 0x17;
const sequenceTag = 0x30;
const setTag = 0x31;
const dnsName = 0x82;
const ipAddress = 0x87;
const explicit = (number: number) => 0xa0 + number;

function derLength(length: number): number[] {
  if (length < 128) return [length];
  return length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...derLength(content.length)]), content]);
}

const sequence = (...parts: Buffer[]) => der(sequenceTag, ...parts);
const oid = (hex: string) => der(objectId, Buffer.from(hex, 'hex'));

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const commonName = oid('550403');
const basicConstraints = oid('551d13');
const subjectAltName = oid('551d11');

/** YYMMDDhhmmssZ */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(utcTime, Buffer.from(digits.slice(2)));
}

function extensions(): Buffer {
  const yes = der(bool, Buffer.from([255]));
  const authority = sequence(basicConstraints, yes, der(octetString, sequence(yes)));
  const names = sequence(der(dnsName, Buffer.from('localhost')), der(ipAddress, Buffer.from([127, 0, 0, 1])));
  return der(explicit(3), sequence(authority, sequence(subjectAltName, der(octetString, names))));
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

const hourMs = 3_600_000;

export function selfSigned({ validHours = 48 } = {}): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // A name of its own: who trusts several of these finds the right one by name.
  const name = sequence(
    der(
      setTag,
      sequence(commonName, der(utf8String, Buffer.from(`local stand-in ${randomBytes(4).toString('hex')}`))),
    ),
  );
  const now = Date.now();
  const toBeSigned = sequence(
    der(explicit(0), der(integer, Buffer.from([2]))), // version 3
    der(integer, Buffer.concat([Buffer.from([1]), randomBytes(8)])), // serial number
    ecdsaWithSha256,
    name, // issuer
    sequence(time(new Date(now - hourMs)), time(new Date(now + validHours * hourMs))),
    name, // subject
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions(),
  );
  const signature = createSign('sha256').update(toBeSigned).sign(privateKey);
  const unusedBits = Buffer.from([0]);
  const certificate = sequence(toBeSigned, ecdsaWithSha256, der(bitString, unusedBits, signature));
  return { cert: pem(certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}
