import assert from 'node:assert/strict';
import { HttpsError, type CallableRequest } from 'firebase-functions/v2/https';
import type { ServerResponse } from 'node:http';
import * as v from 'valibot';
import { readEnvelope } from '../../../src/contract/recording.ts';
import { ReportQuery, reportQueryOf } from '../../../src/contract/report.ts';
import { Fault, type Issue } from '../../../src/domain/fault.ts';
import { callable } from '../../../src/platform/callable.ts';
import { answerRequest, type Answer } from '../../../src/platform/http.ts';
import { issuesOf, validated } from '../../../src/validation/issues.ts';
import { logged } from '../../support/logged.ts';

const schema = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(8)),
  format: v.optional(v.picklist(['json', 'fhir'])),
  only: v.optional(v.picklist(['json'])),
  confirm: v.optional(v.literal('delete everything')),
  count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9))),
  list: v.optional(v.pipe(v.array(v.boolean()), v.maxLength(2))),
  id: v.optional(v.pipe(v.string(), v.regex(/^[a-z]+$/, 'small letters'))),
  pattern: v.optional(v.pipe(v.string(), v.regex(/^[a-z]+$/))),
  at: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  'a/b': v.optional(v.object({ 'c~d': v.number() })),
});

function issues(value: unknown): Issue[] {
  const parsed = v.safeParse(schema, value);
  assert.ok(!parsed.success, 'was accepted');
  return issuesOf(parsed.issues);
}

describe('issuesOf', () => {
  it('says in words what was expected, and the kind of what was received', () => {
    for (const [value, pointer, expected, received] of [
      [null, '', 'an object', 'null'],
      [undefined, '', 'an object', 'nothing'],
      [{}, '/name', 'a value', 'nothing'],
      [{ name: 7 }, '/name', 'a string', 'number'],
      [{ name: null }, '/name', 'a string', 'null'],
      [{ name: '' }, '/name', 'at least 1 character', 'string'],
      [{ name: 'too long 4711' }, '/name', 'at most 8 characters', 'string'],
      [{ name: 'a', other: 1 }, '/other', 'no key of this name', 'number'],
      [{ name: 'a', format: 'xml' }, '/format', 'one of "json", "fhir"', 'string'],
      [{ name: 'a', only: {} }, '/only', 'one of "json"', 'object'],
      [{ name: 'a', confirm: 'yes' }, '/confirm', '"delete everything"', 'string'],
      [{ name: 'a', count: 4711.5 }, '/count', 'a whole number', 'number'],
      [{ name: 'a', count: 0 }, '/count', 'at least 1', 'number'],
      [{ name: 'a', count: 4711 }, '/count', 'at most 9', 'number'],
      [{ name: 'a', list: 'x' }, '/list', 'an array', 'string'],
      [{ name: 'a', list: ['x'] }, '/list/0', 'true or false', 'string'],
      [{ name: 'a', list: [true, true, true] }, '/list', 'at most 2 items', 'array'],
      [{ name: 'a', id: '4711' }, '/id', 'small letters', 'string'],
      [{ name: 'a', pattern: '4711' }, '/pattern', 'a value of the documented form', 'string'],
      [{ name: 'a', at: '4711' }, '/at', 'a value of the documented form', 'string'],
    ] as const) {
      assert.deepEqual(issues(value)[0], { pointer, expected, received });
      assert.doesNotMatch(JSON.stringify(issues(value)), /4711/, 'never the value');
    }
  });

  it('points with JSON pointers (RFC 6901)', () => {
    assert.equal(issues({ name: 'a', 'a/b': { 'c~d': 'x' } })[0]!.pointer, '/a~1b/c~0d');
  });

  it('gives every issue', () => {
    assert.equal(issues({ name: 7, count: 'x' }).length, 2);
  });
});

describe('validated', () => {
  it('gives the value in the form of the schema', () => {
    const trimmed = v.pipe(v.string(), v.trim());
    assert.equal(validated(trimmed, ' a '), 'a');
  });
});

describe('the same mistake', () => {
  const issuesOfFault = (read: () => unknown): readonly Issue[] => {
    try {
      read();
    } catch (error) {
      if (error instanceof Fault) return error.issues;
    }
    return assert.fail('was accepted');
  };

  const ofCallable = async (data: unknown): Promise<unknown> => {
    const rawRequest = { headers: { authorization: 'Bearer a.b.c' }, get: () => undefined };
    const request = { data, rawRequest } as unknown as CallableRequest<unknown>;
    const answer = callable(
      ReportQuery,
      () => Promise.resolve('person-1'),
      () => Promise.resolve(),
    );
    let thrown: unknown;
    await logged(() => answer(request).catch((error: unknown) => void (thrown = error)));
    assert.ok(thrown instanceof HttpsError);
    return (thrown.details as { issues: unknown }).issues;
  };

  const ofHttp = async (work: () => Answer): Promise<unknown> => {
    let text = '';
    const response = { setHeader: () => undefined, end: (body: string) => void (text = body) };
    const request = { method: 'GET', headers: {}, resume: () => undefined, destroy: () => undefined };
    await logged(() =>
      answerRequest(request, response as unknown as ServerResponse, () => Promise.resolve().then(work)),
    );
    return (JSON.parse(text) as { issues: unknown }).issues;
  };

  for (const [uploadId, expected, received] of [
    ['../../secret', '8 to 64 letters, digits, "_" or "-"', 'string'],
    [null, 'a string', 'null'],
    [['upload-1', 'upload-2'], 'a string', 'array'],
  ] as const) {
    it(`is answered in the same words everywhere: an uploadId that is ${received}`, async () => {
      const input = { uploadId };
      const same = [{ pointer: '/uploadId', expected, received }];
      assert.deepEqual(
        issuesOfFault(() => reportQueryOf('GET', '/', input)),
        same,
        'query of the report',
      );
      assert.deepEqual(await ofCallable(input), same, 'callable');
      assert.deepEqual(await ofHttp(() => ({ status: 200, body: reportQueryOf('GET', '/', input) })), same);
      assert.deepEqual(readEnvelope(input), { issues: same }, 'recording');
    });
  }
});
