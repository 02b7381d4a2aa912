import { isIPv6 } from 'node:net';
import { Fault } from '../domain/fault.ts';
import { headerOf, type Headed } from './request.ts';

/** What a request shows of who sends it. */
export interface Credentials {
  /** Firebase ID token. */
  token: string;
  /** Firebase App Check token. */
  appToken: string | undefined;
  /** The network that the request comes from, as far as it can be told. */
  address: string | undefined;
}

interface Sender extends Headed {
  socket?: { remoteAddress?: string | undefined };
}

/** @throws Fault `auth/missing-token` where there is no `Authorization: Bearer <token>` */
export function credentialsOf(request: Sender): Credentials {
  const token = /^Bearer ([^\s]+)$/i.exec(headerOf(request, 'authorization') ?? '')?.[1];
  if (!token) throw new Fault('auth/missing-token');
  return { token, appToken: headerOf(request, 'x-firebase-appcheck'), address: addressOf(request) };
}

/**
 * The last entry of `X-Forwarded-For` is Google's own; those before it are whatever the client wrote. One customer of a
 * provider has a whole /64 of IPv6, which counts as one address.
 */
function addressOf(request: Sender): string | undefined {
  const forwarded = headerOf(request, 'x-forwarded-for')?.split(',').at(-1)?.trim();
  const address = forwarded ?? request.socket?.remoteAddress;
  return address && isIPv6(address) ? networkOf(address) : address;
}

/** The first 64 bits of an IPv6 address; an IPv4 address within IPv6 as it is. */
function networkOf(address: string): string {
  const ipv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (ipv4) return ipv4;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - before.length - after.length }, () => '0');
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
