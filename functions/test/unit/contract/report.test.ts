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
    const id = '8 to 64 letters, digits, "_" or "-"';
    const language = 'one of "en", "es", "de"';
    for (const [query, pointer, expected, received] of [
      [{ uploadId: '../../secret' }, '/uploadId', id, 'string'],
      [{ uploadId: ['upload-1', 'upload-2'] }, '/uploadId', 'a string', 'array'],
      [{ language: 'fr' }, '/language', language, 'string'],
      [{ language: { $ne: 'en' } }, '/language', language, 'object'],
      [{ uid: 'someone-else' }, '/uid', 'no key of this name', 'string'],
    ] as const) {
      const issues = [{ pointer, expected, received }];
      assert.throws(() => reportQueryOf('GET', '/', query), { code: 'request/invalid', issues });
    }
  });

  it('is read, never written, and at one address', () => {
    assert.throws(() => reportQueryOf('POST', '/', {}), { code: 'request/method-not-allowed' });
    assert.throws(() => reportQueryOf('GET', '/admin', {}), { code: 'request/not-found' });
  });
});
