import assert from 'node:assert/strict';
import { showStatus, statusLine } from './status.ts';
import type { DocumentData } from '../client/firestore-rest.ts';
import { requested } from '../../functions/src/domain/upload/upload.ts';
import { progressOf } from '../../functions/src/domain/upload/upload-progress.ts';
import { traceparent } from '../../functions/test/support/build.ts';

const fresh = requested(
  { contentType: 'application/json', sizeBytes: 1, sha256: null },
  traceparent,
  1,
  'incarnation-1',
);
const documents: Record<string, DocumentData> = {
  queued: { ...fresh, status: 'queued', stage: 'analysis' },
  succeeded: { ...fresh, status: 'succeeded', stage: 'narrative' },
  failed: { ...fresh, status: 'failed', stage: 'analysis', code: 'recording/invalid-json' },
} as never;
for (const document of Object.values(documents)) Object.assign(document, progressOf(document as never));

async function show(states: (DocumentData | undefined)[], follow: boolean) {
  const lines: string[] = [];
  let read = 0;
  const status = await showStatus(() => Promise.resolve(states[read++]), {
    follow,
    say: (line) => lines.push(line),
    wait: () => Promise.resolve(),
  });
  return { status, lines, read };
}

describe('npm run status', () => {
  it('says the share, the sentence and the next step', () => {
    assert.equal(
      statusLine(documents['queued']!),
      ' 25 %  queued, analysis  The recording has arrived and waits for its analysis. There is nothing to do but wait a moment.',
    );
    assert.equal(
      statusLine(documents['failed']!),
      ' 50 %  failed, analysis  The recording could not be analysed. The recording is not valid JSON. (recording/invalid-json)',
    );
  });

  it('looks once, or follows each change to the end', async () => {
    const { queued, succeeded, failed } = documents;
    assert.deepEqual((await show([queued, succeeded], false)).read, 1);
    const followed = await show([queued, queued, succeeded], true);
    assert.deepEqual([followed.status, followed.lines.length, followed.read], [0, 2, 3]);
    assert.equal((await show([queued, failed], true)).status, 1);
  });

  it('says that there is no such upload', async () => {
    await assert.rejects(show([undefined], true), /no such upload/);
  });
});
