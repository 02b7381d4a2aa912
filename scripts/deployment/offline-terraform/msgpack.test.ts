import assert from 'node:assert/strict';
import { decode, encode, Unknown, type Value } from './msgpack.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('values on the way to Terraform and back', () => {
  it('are read in every form that MessagePack has for them', () => {
    const forms: [string, Value][] = [
      ['c0', null],
      ['c2', false],
      ['c3', true],
      ['07', 7],
      ['ff', -1],
      ['cc ff', 255],
      ['cd 01 00', 256],
      ['ce 00 01 00 00', 65_536],
      ['cf 00 00 00 01 00 00 00 00', 2 ** 32],
      ['d0 80', -128],
      ['d1 80 00', -32_768],
      ['d2 80 00 00 00', -(2 ** 31)],
      ['d3 ff ff ff ff 00 00 00 00', -(2 ** 32)],
      ['ca 3f 00 00 00', 0.5],
      ['cb 3f e0 00 00 00 00 00 00', 0.5],
      ['a2 68 69', 'hi'],
      ['d9 02 68 69', 'hi'],
      ['da 00 02 68 69', 'hi'],
      ['db 00 00 00 02 68 69', 'hi'],
      ['92 01 c0', [1, null]],
      ['dc 00 01 01', [1]],
      ['dd 00 00 00 01 01', [1]],
      ['81 a1 61 01', { a: 1 }],
      ['de 00 01 a1 61 01', { a: 1 }],
      ['df 00 00 00 01 a1 61 01', { a: 1 }],
      ['d4 00 00', new Unknown()],
      ['c7 01 0c 80', new Unknown(12, Uint8Array.of(0x80))],
    ];
    for (const [bytes, value] of forms) {
      const read = decode(hex(bytes));
      if (value instanceof Unknown) assert.ok(read instanceof Unknown && read.type === value.type, bytes);
      else assert.deepEqual(read, value, bytes);
    }
  });

  it('come back as they went', () => {
    const values: Value[] = [
      null,
      true,
      '',
      'Ä\u{1F600}'.repeat(100_000),
      0.05,
      -0,
      2 ** 53,
      [],
      [[null], ['a', { b: [] }]],
      {},
      { '': { deep: [1, 'two', { three: false }] } },
    ];
    for (const value of values) assert.deepEqual(decode(encode(value)), value);
    const unknown = decode(encode({ known: 1, later: [new Unknown(12, Uint8Array.of(1, 2, 3))] }));
    assert.deepEqual(unknown, { known: 1, later: [new Unknown(12, Buffer.of(1, 2, 3))] });
  });

  it('that end too early are refused', () => {
    assert.throws(() => decode(hex('a5 68 69')), RangeError);
    assert.throws(() => decode(hex('c1')), /No value begins with 193/);
  });
});
