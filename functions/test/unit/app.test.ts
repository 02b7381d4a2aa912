import assert from 'node:assert/strict';
import { runProgram } from '../support/programs.ts';

/** What becomes of a request without an App Check token, in a process of its own. */
const verdict = `
  const { app } = await load('app.ts');
  await app().tokens.verifyApp(undefined, false).then(() => say('let in'), ({ code }) => say(code));
`;

describe('the ports of a function', () => {
  it('require App Check in production', async () => {
    const { said, err } = await runProgram(verdict, { FUNCTION_TARGET: 'uploadRecording' });
    assert.deepEqual(said, ['auth/invalid-app-check'], err);
  });

  it('require none on the emulators, which cannot issue it', async () => {
    const env = { FUNCTION_TARGET: 'uploadRecording', FUNCTIONS_EMULATOR: 'true' };
    const { said, err } = await runProgram(verdict, env);
    assert.deepEqual(said, ['let in'], err);
  });
});
