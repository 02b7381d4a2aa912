import assert from 'node:assert/strict';
import fc from 'fast-check';
import { instantOf } from '../../../src/domain/instant.ts';

describe('instantOf', () => {
  it('gives the instant that Date.parse gives', () => {
    const offset = fc.oneof(
      fc.constant('Z'),
      fc
        .tuple(fc.constantFrom('+', '-'), fc.nat(23), fc.constantFrom('', ':'), fc.nat(59))
        .map(([sign, hours, colon, minutes]) => sign + pad(hours) + colon + pad(minutes)),
    );
    const digits = fc.integer({ min: 0, max: 9 });
    const fraction = fc
      .array(digits, { maxLength: 8 })
      .map((list) => (list.length ? `.${list.join('')}` : ''));
    const date = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(date, fraction, offset, (day, part, zone) => {
        const text = day.toISOString().slice(0, 19) + part + zone;
        assert.equal(instantOf(text), Date.parse(text), text);
      }),
      { numRuns: 2000 },
    );
  });

  it('cuts off digits beyond the millisecond', () => {
    assert.equal(instantOf('1970-01-01T00:00:00.0019999999999Z'), 1);
  });

  it('takes 24:00 for the end of the day', () => {
    assert.equal(instantOf('1970-01-01T24:00:00Z'), 86_400_000);
    assert.equal(instantOf('1970-01-01T24:00:01Z'), undefined);
  });

  for (const text of [
    '',
    '2025-06-15',
    '2025-06-15T12:00:00',
    '2025-06-15 12:00:00Z',
    '2025-06-15T12:00Z',
    '2025-06-15T12:00:00.Z',
    '2025-06-15T12:00:00z',
    '2025-06-15T12:00:00+02',
    '2025-06-15T12:00:00+24:00',
    '2025-06-15T12:00:00+02:60',
    '2025-06-15T12:00:00+02:00 ',
    '2025-06-15T12:60:00Z',
    '2025-06-15T12:00:60Z',
    '2025-06-15T25:00:00Z',
    '2025-00-15T12:00:00Z',
    '2025-13-15T12:00:00Z',
    '2025-06-00T12:00:00Z',
    '2025-06-31T12:00:00Z',
    '2025-02-29T12:00:00Z',
    '1900-02-29T12:00:00Z',
    '2o25-06-15T12:00:00Z',
    '+02025-06-15T12:00:00Z',
    `2025-06-15T12:00:00.${'0'.repeat(30)}Z`,
  ]) {
    it(`refuses "${text}"`, () => {
      assert.equal(instantOf(text), undefined);
    });
  }

  it('knows leap years', () => {
    assert.equal(instantOf('2024-02-29T12:00:00Z'), Date.UTC(2024, 1, 29, 12));
    assert.equal(instantOf('2000-02-29T12:00:00Z'), Date.UTC(2000, 1, 29, 12));
  });
});

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
