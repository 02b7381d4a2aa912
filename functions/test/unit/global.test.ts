import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

const complete = {
  GCLOUD_PROJECT: 'demo-clarity-loop',
  RECORDINGS_BUCKET: 'demo-clarity-loop.appspot.com',
  VERTEX_LOCATION: 'europe-west4',
  VERTEX_MODEL: 'gemini-2.5-flash',
};

/** Starts a process as the platform starts an instance, as far as its configuration. */
function start(env: Record<string, string>) {
  const file = new URL('../../src/global.ts', import.meta.url).pathname;
  return spawnSync(process.execPath, [file], { env, encoding: 'utf8' });
}

describe('the start of an instance', () => {
  it('fails with one sentence that names the value that is missing', () => {
    const { RECORDINGS_BUCKET, ...rest } = complete;
    const { status, stderr } = start({ ...rest, FUNCTION_TARGET: 'uploadRecording' });
    assert.notEqual(status, 0);
    assert.match(stderr, /Configuration: RECORDINGS_BUCKET is not set; see functions\/\.env\.example\./);
    assert.ok(RECORDINGS_BUCKET);
  });

  it('succeeds with every value', () => {
    assert.equal(start({ ...complete, FUNCTION_TARGET: 'uploadRecording' }).status, 0);
  });

  it('asks for no value while functions are only discovered', () => {
    assert.equal(start({}).status, 0);
  });
});
