import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { post } from '../support/client.ts';
import { finished, signUp } from '../support/person.ts';

/** Real recordings that are not ours to publish; they lie beside the checkout where someone has put them there. */
const folder = new URL('../../../../shared/data/recordings/', import.meta.url);

describe('real recordings on the emulators', () => {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.gz')) : [];
  if (files.length === 0) it.skip('skipped: there are no recordings in ../shared/data/recordings');

  for (const name of files) {
    it(`${name} succeeds`, async () => {
      const person = await signUp();
      const response = await post(Uint8Array.from(readFileSync(new URL(name, folder))), {
        token: person.token,
        contentType: name.includes('.ndjson') ? 'application/x-ndjson' : 'application/json',
        headers: { 'content-encoding': 'gzip' },
      });
      const answer = (await response.json()) as { uploadId: string; errors: unknown[] };
      assert.deepEqual([response.status, answer.errors], [202, []]);
      const upload = await finished(person, answer.uploadId);
      assert.equal(upload.status, 'succeeded', String(upload.code));
      const analysis = await person.loop.analysis(answer.uploadId);
      assert.ok(analysis!.coverage.samples > 0);
    });
  }
});
