import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { post } from '../support/client.ts';
import { finished, signUp } from '../support/person.ts';
import { sharedFolder } from '../support/shared-data.ts';
import { representatives } from '../support/tier.ts';

const { folder, lacking } = sharedFolder('data/recordings');

describe('real recordings on the emulators', () => {
  if (lacking) it.skip(`succeed (skipped: ${lacking})`);
  const files = lacking ? [] : readdirSync(folder).filter((name) => name.endsWith('.gz'));
  for (const name of representatives(files, 2)) {
    it(`${name} succeeds`, async () => {
      const person = await signUp();
      const response = await post(Uint8Array.from(readFileSync(join(folder, name))), {
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
