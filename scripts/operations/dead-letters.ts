// The uploads that were given up, and another try for them once the cause is fixed: on the emulators of a running `npm start`, or
// in a project, with Application Default Credentials and the values of functions/.env.PROJECT.
import fs from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { faultOf } from '../../functions/src/domain/fault.ts';
import type { DeadLetter, Ports } from '../../functions/src/workflows/ports.ts';
import { retryUpload } from '../../functions/src/workflows/retry-upload.ts';
import { demoProject } from '../local-stack/configuration.ts';
import { withLog } from '../lib/logging.ts';
import { root } from '../lib/root.ts';

const mostListed = 500;

type Letters = Pick<Ports, 'uploads' | 'recordings' | 'requests' | 'deadLetters' | 'clock'>;

/** Where the emulators of `npm start` listen, unless the environment says otherwise. */
const emulators = {
  FIRESTORE_EMULATOR_HOST: '127.0.0.1:8080',
  STORAGE_EMULATOR_HOST: 'http://127.0.0.1:9199',
  PUBSUB_EMULATOR_HOST: '127.0.0.1:8085',
};

function prepareEnvironment(project: string | undefined): void {
  const file = path.join(root, `functions/.env.${project ?? demoProject()}`);
  if (!fs.existsSync(file))
    throw new Error(`${path.relative(root, file)} is missing: it names the project's values.`);
  const defaults = { ...parseEnv(fs.readFileSync(file, 'utf8')), ...(project ? {} : emulators) };
  process.env['GCLOUD_PROJECT'] = project ?? demoProject();
  if (!project) process.env['METADATA_SERVER_DETECTION'] = 'none';
  for (const [name, value] of Object.entries(defaults)) process.env[name] ??= value;
}

function line({ uploadId, code, deliveries }: DeadLetter, at: number): string {
  const how = deliveries === null ? 'at once' : `after ${deliveries} deliveries`;
  return `${new Date(at).toISOString()}  ${uploadId}  ${code}, ${how}`;
}

export interface Options {
  replay: boolean;
  /** Empty: all of them. */
  uploadIds: string[];
  /** Without it, replay only shows what it would do. */
  apply: boolean;
}

/** Lists the letters, and tries those again that are named (or all of them); gives the number of failures. `note` hears of each. */
export async function deadLetters(
  ports: Letters,
  { replay, uploadIds, apply }: Options,
  say: (line: string) => void,
  note: (letter: DeadLetter, outcome: string) => void = () => {},
): Promise<number> {
  const kept = await ports.deadLetters.list(mostListed);
  const chosen = kept.filter(({ letter }) => uploadIds.length === 0 || uploadIds.includes(letter.uploadId));
  let failures = 0;
  for (const { letter, at } of chosen) {
    if (!replay || !apply) {
      say(line(letter, at));
      continue;
    }
    try {
      await retryUpload(ports, letter);
      note(letter, 'queued');
      say(`${letter.uploadId}  tried again`);
    } catch (problem) {
      failures++;
      note(letter, faultOf(problem).code);
      say(`${letter.uploadId}  ${(problem as Error).message}`);
    }
  }
  say(
    `${chosen.length} dead letter${chosen.length === 1 ? '' : 's'}${replay && !apply ? '; --apply tries them again' : ''}`,
  );
  return failures;
}

/**
 * The same, in the project (in whose log each retry is noted) or on the emulators.
 *
 * @returns the number of failures
 */
export async function runDeadLetters(
  project: string | undefined,
  options: Options,
  say: (line: string) => void,
): Promise<number> {
  prepareEnvironment(project);
  // They read the environment.
  const { app } = await import('../../functions/src/app.ts');
  const { log } = await import('../../functions/src/telemetry/log.ts');
  return withLog(project, () =>
    deadLetters(app(), options, say, ({ uploadId, code }, outcome) => {
      if (project) log('info', 'deadLetter.replayed', { uploadId, code, outcome });
    }),
  );
}
