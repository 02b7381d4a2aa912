import assert from 'node:assert/strict';
import { missingFunctions } from './loaded-functions.ts';
import { deployedFunctions } from '../../functions/test/support/deployed-functions.ts';

describe('loaded functions', () => {
  it('are missing where the emulator does not serve them', () => {
    const [first, ...rest] = deployedFunctions.map((name) => ({ name, region: 'europe-west4' }));
    assert.deepEqual(missingFunctions(rest), [first!.name]);
    assert.deepEqual(missingFunctions([first!, ...rest]), []);
  });
});
