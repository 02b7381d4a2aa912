import assert from 'node:assert/strict';
import { sendRecording } from '../support/client.ts';
import { samplePerson } from '../../../scripts/sample-data/sample-person.ts';
import { sampleWeek } from '../../../scripts/sample-data/sample-week.ts';
import { stack } from '../support/emulators.ts';
import { finished, signUp, type Person } from '../support/person.ts';

describe('the weekly report', () => {
  let owner: Person;
  let uploadId: string;
  before(async () => {
    owner = await signUp();
    await owner.loop.setPerson(samplePerson('de'));
    ({ uploadId } = await sendRecording(owner, sampleWeek()));
    const { status } = await finished(owner, uploadId);
    assert.equal(status, 'succeeded');
  });

  const ask = (query: Record<string, string>, token?: string, method = 'GET') =>
    fetch(`${stack.functionUrl('weeklyReport')}?${new URLSearchParams(query).toString()}`, {
      method,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
  const codeOf = async (response: Response) => {
    assert.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8');
    return [response.status, ((await response.json()) as { code: string }).code];
  };

  it('is a page in the language of its owner, which no browser may keep, run or frame', async () => {
    const response = await ask({}, owner.token);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.equal(response.headers.get('content-language'), 'de');
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
    const policy = response.headers.get('content-security-policy')!;
    assert.match(policy, /^default-src 'none'; style-src 'sha256-[^;]*; .*frame-ancestors 'none'$/);
    const page = await response.text();
    assert.ok(page.startsWith('<!doctype html>') && page.includes('<html lang="de">'));
    assert.ok(page.includes('id="actogram-title"') && page.includes('id="hypnogram-title"'));
  });

  it('is of the upload and in the language that are asked for', async () => {
    const response = await ask({ uploadId, language: 'es' }, owner.token);
    assert.ok((await response.text()).includes('<html lang="es">'));
  });

  it('is shown to nobody else, who cannot tell whether it is there', async () => {
    const other = await signUp();
    assert.deepEqual(await codeOf(await ask({ uploadId }, other.token)), [404, 'report/not-found']);
    assert.deepEqual(await codeOf(await ask({ uploadId: 'never-existed' }, other.token)), [
      404,
      'report/not-found',
    ]);
    assert.deepEqual(await codeOf(await ask({}, other.token)), [404, 'report/not-found']);
    assert.deepEqual(await codeOf(await ask({ uploadId })), [401, 'auth/missing-token']);
    assert.deepEqual(await codeOf(await ask({ uploadId }, 'a.b.c')), [401, 'auth/invalid-token']);
  });

  it('answers what it cannot read with the documented problem', async () => {
    assert.deepEqual(await codeOf(await ask({ language: 'fr' }, owner.token)), [400, 'request/invalid']);
    const refused = await ask({}, owner.token, 'POST');
    assert.equal(refused.headers.get('allow'), 'GET');
    assert.deepEqual(await codeOf(refused), [405, 'request/method-not-allowed']);
  });
});
