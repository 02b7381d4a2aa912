import assert from 'node:assert/strict';
import { byTier } from '../../functions/test/support/tier.ts';
import { randomHistory } from './random-history.ts';
import { runSeeds } from './run-seeds.ts';
import { scenarios } from './scenarios.ts';
import { shrunk } from './shrink.ts';
import { live } from './simulate.ts';

describe('the service in a simulated cloud', function () {
  this.timeout(byTier(3_600_000, 180_000));

  it(`keeps its promises in ${byTier(5000, 200)} random histories`, async () => {
    assert.deepEqual(await runSeeds(1, byTier(5000, 200)), []);
  });

  for (const { name, history } of scenarios) {
    it(`ends well: ${name}`, async () => {
      for (let seed = 1; seed <= byTier(20, 1); seed++) {
        const { broken, statuses } = await live(history(seed, byTier(1, 0.1)));
        assert.deepEqual(broken, [], `seed ${seed}`);
        assert.ok(statuses['succeeded']! > 0);
      }
    });
  }

  it('is the same history for the same seed', async () => {
    assert.deepEqual(await live(randomHistory(7)), await live(randomHistory(7)));
  });

  it('breaks a promise where a promise is broken, and names the smallest history that does', async () => {
    // A place for nobody: whatever is sent cannot end.
    const history = { ...randomHistory(3), places: 0 };
    const smallest = await shrunk(history);
    assert.match((await live(smallest)).broken.join(), /does not end/);
    assert.deepEqual([smallest.acts.length, smallest.outages.length, smallest.crash], [1, 0, 0]);
  });
});
