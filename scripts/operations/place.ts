// Where the operator's commands work: on the emulators of a running `npm start`, or in a project, with Application Default
// Credentials and the values of functions/.env.PROJECT.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import type { log } from '../../functions/src/telemetry/log.ts';
import type { Ports } from '../../functions/src/workflows/ports.ts';
import { localStack, mustAnswer } from '../client/place.ts';
import { demoProject } from '../local-stack/configuration.ts';
import { withLog } from '../lib/logging.ts';
import { root } from '../lib/root.ts';

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

type Log = typeof log;

/** What a command gets of the place that it works in. */
export interface Place {
  ports: Ports;
  /** @throws Interrupted */
  wait: (ms: number) => Promise<void>;
  /** Notes what was changed in the project's own log. */
  note: (message: Parameters<Log>[1], fields: Parameters<Log>[2]) => void;
}

/**
 * Works in the project, or on the emulators.
 *
 * @throws RangeError where no local stack is running
 */
export async function workIn<T>(
  project: string | undefined,
  signal: AbortSignal,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  if (project === undefined) await mustAnswer(localStack());
  prepareEnvironment(project);
  // They read the environment.
  const { app } = await import('../../functions/src/app.ts');
  const logging = await import('../../functions/src/telemetry/log.ts');
  const wait = async (ms: number): Promise<void> => {
    await sleep(ms, undefined, { signal }).catch(() => {
      signal.throwIfAborted();
    });
  };
  const note: Place['note'] = (message, fields) => {
    if (project) logging.log('info', message, fields);
  };
  return withLog(project, () => work({ ports: app(), wait, note }));
}
