import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { followUpload, readOutcome, signUp } from '../../../scripts/start/journey.ts';
import { post } from '../support/client.ts';
import { stack } from '../support/emulators.ts';

/** Real recordings that are not ours to publish; they lie beside the checkout where someone has put them there. */
const folder = new URL('../../../../shared/data/recordings/', import.meta.url);

describe('real recordings on the emulators', () => {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.gz')) : [];
  if (files.length === 0) it.skip('skipped: there are no recordings in ../shared/data/recordings');

  for (const name of files) {
    it(`${name} succeeds`, async () => {
      const person = await signUp(stack);
      const response = await post(Uint8Array.from(readFileSync(new URL(name, folder))), {
        token: person.idToken,
        contentType: name.includes('.ndjson') ? 'application/x-ndjson' : 'application/json',
        headers: { 'content-encoding': 'gzip' },
      });
      const answer = (await response.json()) as { uploadId: string; errors: unknown[] };
      assert.deepEqual([response.status, answer.errors], [202, []]);
      const upload = await followUpload(person, answer.uploadId);
      assert.equal(upload.status, 'succeeded', String(upload.code));
      const { analysis } = await readOutcome(person, answer.uploadId, upload);
      assert.ok((analysis?.coverage as { samples: number }).samples > 0);
    });
  }
});
