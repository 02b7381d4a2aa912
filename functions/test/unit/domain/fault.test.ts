import assert from 'node:assert/strict';
import { Fault, faultOf, faults, isFaultCode, type FaultCode } from '../../../src/domain/fault.ts';

const codes = Object.keys(faults) as FaultCode[];

/** What a callable client and an HTTP client see of the same fault must not contradict each other. */
const statusesOf: Record<string, number[]> = {
  'invalid-argument': [400, 405, 415],
  'failed-precondition': [409, 410, 422, 503],
  'not-found': [404],
  'already-exists': [409],
  'permission-denied': [403],
  'resource-exhausted': [413, 429],
  unauthenticated: [401],
  unavailable: [502, 503],
  cancelled: [499],
  'deadline-exceeded': [408],
  internal: [500],
};

describe('the table of faults', () => {
  for (const code of codes) {
    it(`says of ${code} the same to every kind of client, in one sentence a person may read`, () => {
      const { callable, status, sentence } = faults[code];
      assert.ok(statusesOf[callable]!.includes(status), `${callable} with ${status}`);
      assert.match(sentence, /^[A-Z"].*\.$/);
      assert.doesNotMatch(sentence, /undefined|null|\bat \//);
    });
  }

  it('repeats only what is not the fault of what was sent', () => {
    for (const code of codes) {
      if (faults[code].retry) assert.ok(faults[code].status >= 500, code);
    }
  });
});

describe('Fault', () => {
  it('carries its code, the sentence of the table, its issues and its cause', () => {
    const cause = new Error('secret');
    const issues = [{ pointer: '/a', expected: 'b', received: 'c' }];
    const fault = new Fault('recording/invalid', { cause, issues });
    assert.deepEqual(
      [fault.name, fault.code, fault.message, fault.cause, fault.issues, fault.retry],
      ['Fault', 'recording/invalid', faults['recording/invalid'].sentence, cause, issues, false],
    );
    assert.ok(!('cause' in new Fault('internal')));
    assert.deepEqual(new Fault('internal').issues, []);
  });

  it('is what it was, or internal with the error as its cause and nothing of its words', () => {
    const fault = new Fault('upload/busy');
    assert.equal(faultOf(fault), fault);
    for (const thrown of [new Error('heart rate 72'), 'text', undefined]) {
      const wrapped = faultOf(thrown);
      assert.equal(wrapped.code, 'internal');
      assert.equal(wrapped.retry, true);
      assert.equal(wrapped.message, faults.internal.sentence);
      assert.equal(wrapped.cause, thrown);
    }
  });
});

describe('isFaultCode', () => {
  it('knows the codes of the table, and no key that every object has', () => {
    assert.ok(isFaultCode('upload/conflict'));
    for (const code of [undefined, '', 'upload/other', 'toString', '__proto__'])
      assert.ok(!isFaultCode(code), code);
  });
});
