import assert from 'node:assert/strict';
import { showStatus, statusLine } from './status.ts';
import type { UploadDocument } from '../../functions/src/contract/documents.ts';
import { uploadDocument } from '../../functions/test/support/documents.ts';

const queued = uploadDocument({ status: 'queued', stage: 'analysis' });
const succeeded = uploadDocument({ status: 'succeeded', stage: 'narrative' });
const failed = uploadDocument({ status: 'failed', stage: 'analysis', code: 'recording/invalid-json' });

async function show(states: UploadDocument[], follow: boolean) {
  const lines: string[] = [];
  const { signal } = new AbortController();
  const loop = {
    upload: () => Promise.resolve(states[0]),
    async *uploadStatus() {
      yield* await Promise.resolve(states);
    },
  };
  const status = await showStatus(loop, 'some-upload', { follow, say: (line) => lines.push(line), signal });
  return { status, lines };
}

describe('npm run status', () => {
  it('says the share, the sentence and the next step', () => {
    assert.equal(
      statusLine(queued),
      ' 25 %  queued, analysis  The recording has arrived and waits for its analysis. There is nothing to do but wait a moment.',
    );
    assert.equal(
      statusLine(failed),
      ' 50 %  failed, analysis  The recording could not be analysed. The recording is not valid JSON. (recording/invalid-json)',
    );
  });

  it('looks once, or follows each change to the end', async () => {
    assert.equal((await show([queued, succeeded], false)).lines.length, 1);
    const followed = await show([queued, queued, succeeded], true);
    assert.deepEqual([followed.status, followed.lines.length], [0, 2]);
    assert.equal((await show([queued, failed], true)).status, 1);
  });

  it('says that there is no such upload', async () => {
    await assert.rejects(show([], false), /no such upload/);
  });
});
