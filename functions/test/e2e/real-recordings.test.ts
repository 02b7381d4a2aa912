import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { followUpload, readOutcome, signUp } from '../../../scripts/start/journey.ts';
import { post } from '../support/client.ts';
import { stack } from '../support/emulators.ts';
import { sharedFolder } from '../support/shared-data.ts';
import { representatives } from '../support/tier.ts';

const { folder, lacking } = sharedFolder('data/recordings');

describe('real recordings on the emulators', () => {
  if (lacking) it.skip(`succeed (skipped: ${lacking})`);
  const files = lacking ? [] : readdirSync(folder).filter((name) => name.endsWith('.gz'));
  for (const name of representatives(files, 2)) {
    it(`${name} succeeds`, async () => {
      const person = await signUp(stack);
      const response = await post(Uint8Array.from(readFileSync(join(folder, name))), {
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
