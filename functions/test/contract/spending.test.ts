import assert from 'node:assert/strict';
import { drivers } from '../support/drivers.ts';

/** A day that no other test counts in. */
const someDay = (): string => new Date(Math.floor(Math.random() * 1e14)).toISOString().slice(0, 10);

for (const { name, ports } of drivers) {
  describe(`what is asked of Gemini ${name}`, () => {
    it('is counted by day, whoever counts at the same time', async () => {
      const { spending } = ports();
      const day = someDay();
      const other = someDay();
      assert.equal((await spending.of(day)).asked, 0);
      await Promise.all(Array.from({ length: 12 }, () => spending.count(day)));
      assert.equal((await spending.of(day)).asked, 12);
      assert.equal((await spending.of(other)).asked, 0);
    });

    it('has the cap that an operator sets while it runs, 0 too, and else the one that was deployed', async () => {
      const { spending } = ports();
      const day = someDay();
      const deployed = (await spending.of(day)).most;
      try {
        for (const most of [5, 0]) {
          await spending.limit(most);
          assert.equal((await spending.of(day)).most, most);
        }
      } finally {
        await spending.limit(null);
      }
      assert.equal((await spending.of(day)).most, deployed);
    });
  });
}
