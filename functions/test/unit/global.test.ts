import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { deployedFunctions, kebabCase } from '../support/deployed-functions.ts';
import { runProgram } from '../support/programs.ts';

const complete = {
  GCLOUD_PROJECT: 'demo-clarity-loop',
  RECORDINGS_BUCKET: 'demo-clarity-loop.appspot.com',
  VERTEX_LOCATION: 'europe-west4',
  VERTEX_MODEL: 'gemini-2.5-flash',
  NARRATOR_TEXTS_A_DAY: '10000',
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

  it('gives every function the secrets that its error reports and its traces need', async () => {
    const files = deployedFunctions.map((name) => [name, kebabCase(name)]);
    const program = `
      await load('global.ts');
      for (const [name, file] of ${JSON.stringify(files)}) {
        const { [name]: entry } = await load('entries/' + file + '.ts');
        say([name, (entry.__endpoint.secretEnvironmentVariables ?? []).map(({ key }) => key)]);
      }
    `;
    const { said } = await runProgram(program, {});
    assert.deepEqual(
      said,
      deployedFunctions.map((name) => [name, ['SENTRY_DSN', 'OTEL_EXPORTER_OTLP_HEADERS']]),
    );
  });

  it('asks for no value while functions are only discovered', () => {
    assert.equal(start({}).status, 0);
  });
});
