import assert from 'node:assert/strict';
import { credentialsOf } from '../../../src/platform/credentials.ts';

const from = (headers: Record<string, string | string[] | undefined>, remoteAddress?: string) =>
  credentialsOf({ headers: { authorization: 'Bearer a.b.c', ...headers }, socket: { remoteAddress } });

describe('credentialsOf', () => {
  it('takes the token that follows Bearer', () => {
    assert.equal(from({ authorization: 'Bearer a.b.c' }).token, 'a.b.c');
    assert.equal(from({ authorization: 'bearer a.b.c' }).token, 'a.b.c');
  });

  it('knows nobody without one', () => {
    for (const authorization of [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      'Basic abc',
      'Bearer a b',
      'x Bearer a',
      ['Bearer a', 'Bearer b'],
    ]) {
      assert.throws(() => from({ authorization }), { code: 'auth/missing-token' });
    }
  });

  it('takes the App Check token where there is one', () => {
    assert.equal(from({ 'x-firebase-appcheck': 'x.y.z' }).appToken, 'x.y.z');
    assert.equal(from({}).appToken, undefined);
  });

  it('believes only the address that Google has added, not those that the client wrote before it', () => {
    const { address } = from({ 'x-forwarded-for': '1.1.1.1, 2.2.2.2,203.0.113.9' }, '10.0.0.1');
    assert.equal(address, '203.0.113.9');
  });

  it('takes the address of the connection where nobody forwards', () => {
    assert.equal(from({}, '127.0.0.1').address, '127.0.0.1');
    assert.equal(from({}, '::ffff:127.0.0.1').address, '127.0.0.1');
    assert.equal(from({}).address, undefined);
  });

  it('counts a whole /64 of IPv6 as one address, however it is written', () => {
    for (const address of ['2001:db8:1:2:3:4:5:6', '2001:0db8:0001:0002::1', '2001:db8:1:2::']) {
      assert.equal(from({ 'x-forwarded-for': address }).address, '2001:db8:1:2::/64');
    }
    assert.equal(from({ 'x-forwarded-for': '::1' }).address, '0:0:0:0::/64');
    assert.equal(from({ 'x-forwarded-for': '2001:db8::5' }).address, '2001:db8:0:0::/64');
  });
});
