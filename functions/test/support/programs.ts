import { spawn } from 'node:child_process';

/** What every function is configured with. */
export const configured = {
  GCLOUD_PROJECT: 'demo-clarity-loop',
  RECORDINGS_BUCKET: 'demo-clarity-loop.appspot.com',
  VERTEX_LOCATION: 'europe-west4',
  VERTEX_MODEL: 'gemini-3.5-flash-lite',
  NARRATOR_TEXTS_A_DAY: '10000',
  METADATA_SERVER_DETECTION: 'none',
};

/**
 * Runs a piece of a function in a process of its own, with a configuration of its own: the configuration is read once
 * in a process. The program finds the sources below `src`, and says its result by `say(value)`.
 *
 * @returns what was said, in order, and everything that was written to standard output and standard error
 */
export async function runProgram(
  program: string,
  env: Record<string, string>,
): Promise<{ said: unknown[]; out: string; err: string; code: number | null }> {
  const source = `
    const src = process.argv[1];
    const load = (file) => import(new URL(file, src));
    const say = (value) => new Promise((sent) => process.send(value, sent));
    ${program}
    process.disconnect();
  `;
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', source, new URL('../../src/', import.meta.url).href],
    { env: { ...configured, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  );
  const said: unknown[] = [];
  let out = '';
  let err = '';
  child.on('message', (value) => said.push(value));
  child.stdout!.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { said, out, err, code };
}
