import assert from 'node:assert/strict';
import { ClientError, clientErrorOf, problemOf } from '../../../client/client-error.ts';
import { actions, personSentences } from '../../../client/what-to-do.ts';
import { faults, type FaultCode } from '../../../src/domain/fault.ts';
import { languages } from '../../../src/domain/languages.ts';

describe('an error of the client', () => {
  it('has what to do for every code of the server, and a sentence for the person in every language', () => {
    for (const code of Object.keys(faults) as FaultCode[]) {
      const error = new ClientError(code);
      assert.ok(actions[code], code);
      assert.equal(error.message, faults[code].sentence);
      const sentences = languages.map((language) => error.sentence(language));
      assert.equal(new Set(sentences).size, languages.length, code);
      for (const sentence of sentences) assert.doesNotMatch(sentence, /token|issues|retry|sample|JSON|"/i);
    }
    const said = Object.values(personSentences).flatMap((sentences) => Object.values(sentences));
    assert.equal(new Set(said).size, said.length);
  });

  it('waits where the server says that it may help, and repairs nothing that passes', () => {
    for (const code of Object.keys(faults) as FaultCode[]) {
      if (faults[code].retry && code !== 'internal') assert.equal(actions[code], 'wait', code);
      if (faults[code].status === 401) assert.ok(['sign-in', 'repair', 'wait'].includes(actions[code]), code);
    }
  });

  it('has the code, the id of the call, the time and the issues that came with it', () => {
    const issues = [{ pointer: '/x', expected: 'a', received: 'b' }];
    const details = { code: 'quota/exceeded', requestId: 'request-1', retryAfterS: 7, issues };
    const error = clientErrorOf({ code: 'functions/resource-exhausted', message: 'no', details });
    const { code, requestId, retryAfterS, action, message } = error;
    assert.deepEqual({ code, requestId, retryAfterS, issues: error.issues }, details);
    assert.deepEqual([action, message], ['wait', faults['quota/exceeded'].sentence]);
    assert.equal(clientErrorOf(error), error);
  });

  it('keeps a code that is newer than the app, with the sentence of the server', () => {
    const newer = { message: 'It is too hot.', details: { code: 'weather/too-hot', requestId: 'r' } };
    const { code, message, action, requestId } = clientErrorOf(newer);
    assert.deepEqual(
      [code, message, action, requestId],
      ['weather/too-hot', 'It is too hot.', 'repair', 'r'],
    );
    const later = { ...newer, details: { ...newer.details, retryAfterS: 5 } };
    assert.equal(clientErrorOf(later).action, 'wait');
  });

  it('is the problem of an HTTPS function, and unexpected where that is none', () => {
    const problem = { code: 'quota/exceeded', title: 'no', requestId: 'request-1', status: 429 };
    const { code, requestId, retryAfterS } = problemOf(JSON.stringify(problem), '30');
    assert.deepEqual([code, requestId, retryAfterS], ['quota/exceeded', 'request-1', 30]);
    assert.equal(problemOf(JSON.stringify({ code: 'a/b', title: 'New.' }), null).message, 'New.');
    for (const body of ['', '<html>', '{}', '[]', 'null'])
      assert.equal(problemOf(body, null).code, 'client/unexpected');
  });

  it('does not call a wrong region or a missing network an absence of the service', () => {
    const codeOf = (code: string) => clientErrorOf({ code }).code;
    assert.equal(codeOf('functions/internal'), 'client/offline');
    assert.equal(codeOf('functions/not-found'), 'client/offline');
    assert.equal(codeOf('functions/permission-denied'), 'client/refused');
    assert.equal(codeOf('functions/something-else'), 'client/unexpected');
    assert.equal(clientErrorOf(undefined).code, 'client/unexpected');
  });
});
