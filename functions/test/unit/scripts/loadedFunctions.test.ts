import assert from 'node:assert/strict';
import { expectedFunctions, missingFunctions } from '../../../../scripts/local-stack/loaded-functions.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const folder = temporaryFolder();

describe('loaded functions', () => {
  it('are expected to be named like the files of the entries folder', () => {
    folder.write('requestUpload.ts', '');
    folder.write('deleteUpload.ts', '');
    folder.write('README.md', '');
    assert.deepEqual(expectedFunctions(folder.path()), ['deleteUpload', 'requestUpload']);
  });

  it('are none without a folder', () => {
    assert.deepEqual(expectedFunctions(folder.path('absent')), []);
  });

  it('are missing where the emulator does not serve them', () => {
    assert.deepEqual(missingFunctions(['a', 'b'], [{ name: 'b', region: 'europe-west4' }]), ['a']);
  });
});
