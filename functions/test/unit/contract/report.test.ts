import assert from 'node:assert/strict';
import { reportQueryOf } from '../../../src/contract/report.ts';

describe('the query of a weekly report', () => {
  it('names an upload and a language, both or neither', () => {
    assert.deepEqual(reportQueryOf('GET', '/', {}), {});
    assert.deepEqual(reportQueryOf('GET', '', { uploadId: 'upload-1', language: 'es' }), {
      uploadId: 'upload-1',
      language: 'es',
    });
  });

  it('is refused for anything else, with the parameter that is wrong', () => {
    for (const [query, pointer] of [
      [{ uploadId: '../../secret' }, '/uploadId'],
      [{ uploadId: ['upload-1', 'upload-2'] }, '/uploadId'],
      [{ language: 'fr' }, '/language'],
      [{ language: { $ne: 'en' } }, '/language'],
      [{ uid: 'someone-else' }, '/uid'],
    ] as const) {
      assert.throws(
        () => reportQueryOf('GET', '/', query),
        (fault: { code: string; issues: { pointer: string }[] }) =>
          fault.code === 'request/invalid' && fault.issues[0]!.pointer === pointer,
      );
    }
  });

  it('is read, never written, and at one address', () => {
    assert.throws(() => reportQueryOf('POST', '/', {}), { code: 'request/method-not-allowed' });
    assert.throws(() => reportQueryOf('GET', '/admin', {}), { code: 'request/not-found' });
  });
});
