import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { openUpload, remove, traceparent } from '../support/build.ts';
import { drivers } from '../support/drivers.ts';

for (const { name, ports } of drivers) {
  describe(`dead letters ${name}`, () => {
    it('are listed oldest first and page by page, each once, also those of one instant and while others go', async () => {
      const { uploads, deadLetters, histories } = ports();
      const uid = randomUUID();
      // Nobody else's are as old as these.
      const first = Date.UTC(2001, 0, 1) + Math.floor(Math.random() * 1e9);
      const ages = [2, 0, 1, 1, 1];
      const keys = ages.map((_, i) => ({ uid, uploadId: `upload-${i}` }));
      for (const [i, key] of keys.entries()) {
        await openUpload({ uploads }, key);
        const letter = { ...key, code: 'analysis/gave-up', deliveries: 5, traceparent } as const;
        await deadLetters.keep(letter, first + ages[i]!);
      }
      const found: string[] = [];
      let page = await deadLetters.list(2);
      // As a replay removes them.
      await remove({ uploads, histories }, keys[1]!);
      while (page.length > 0 && page[0]!.at <= first + 2) {
        assert.ok(page.length <= 2);
        for (const { letter, at } of page)
          if (letter.uid === uid) found.push(`${at - first} ${letter.uploadId}`);
        page = await deadLetters.list(2, page.at(-1));
      }
      assert.deepEqual(found, ['0 upload-1', '1 upload-2', '1 upload-3', '1 upload-4', '2 upload-0']);
    });
  });
}
