import assert from 'node:assert/strict';
import { Fault, faults } from '../../../src/domain/fault.ts';
import { problemOf, retryAfterOf } from '../../../src/platform/problem.ts';

describe('problemOf', () => {
  it('has the code, its sentence and its status, and no issues where there are none', () => {
    assert.deepEqual(problemOf(new Fault('recording/empty'), 'request-1'), {
      type: 'urn:clarity-loop:problem:recording/empty',
      title: faults['recording/empty'].sentence,
      status: faults['recording/empty'].status,
      code: 'recording/empty',
      requestId: 'request-1',
    });
  });
});

describe('retryAfterOf', () => {
  it('is what the fault knows, a guess for an outage, and nothing for a mistake of the client', () => {
    assert.equal(retryAfterOf(new Fault('quota/exceeded', { retryAfterS: 61 })), 61);
    assert.equal(retryAfterOf(new Fault('service/unavailable')), 30);
    assert.equal(retryAfterOf(new Fault('recording/empty')), undefined);
  });
});
