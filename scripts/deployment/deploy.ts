// A deploy as the workflow and the runbook do it. What is deployed was checked and built before, without credentials: nothing is
// compiled here, and firebase.json has no hooks.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { attachDeadLetters } from './attach-dead-letters.ts';
import { letEventsIn } from './callers.ts';
import { retirementProblem } from './gemini-models.ts';
import { applicationDefaultToken, googleApi } from './google-api.ts';
import { secureSignIn } from './sign-in.ts';
import { deployedBundles } from '../lib/build-functions.ts';
import { root } from '../lib/root.ts';

/**
 * The arguments of each `firebase deploy`, in this order. The functions are forced, because firebase-tools refuses without a
 * terminal what this deployment is meant to do: event functions that are called again when they fail, instances that are kept
 * warm, functions that are no longer there. Rules and indexes are not: forced, it would delete every index and TTL policy of the
 * project that firestore.indexes.json does not name.
 */
export const deployArguments = (project: string): string[][] =>
  [
    ['--only', 'functions', '--force'],
    ['--only', 'firestore,storage'],
  ].map((what) => ['deploy', '--project', project, '--non-interactive', ...what]);

/**
 * For firebase-tools: it would ask for a right on the App Engine account, which no function here runs as and which some projects
 * have, and stop where the deployer lacks it.
 */
export const deployEnvironment = { FIREBASE_SKIP_INFORMATIONAL_IAM: 'true' };

const functions = path.join(root, 'functions');

/**
 * Deploys functions, rules and indexes, and then what neither firebase-tools nor Terraform can say, because it is about what the
 * deploy has just made.
 *
 * @returns whether everything is there afterwards
 * @throws Error with one sentence for what is missing or fails
 */
export async function deploy(project: string, say: (line: string) => void): Promise<boolean> {
  await firebaseDeploy(project);
  const api = googleApi({ token: applicationDefaultToken(), quotaProject: project });
  await letEventsIn(api, project, say);
  await secureSignIn(api, project, say);
  return attachDeadLetters(api, { project, apply: true, policies: true }, say);
}

/**
 * Deploys functions, rules and indexes; what firebase-tools says goes to the terminal.
 *
 * @throws Error with one sentence for what is missing, or where firebase-tools fails
 */
async function firebaseDeploy(project: string): Promise<void> {
  deployedBundles();
  const { VERTEX_MODEL: model = '' } = mustHaveValues(project);
  const problem = retirementProblem(model, Date.now());
  if (problem) throw new Error(problem);
  const firebase = createRequire(import.meta.url).resolve('firebase-tools/lib/bin/firebase.js');
  for (const args of deployArguments(project)) {
    const child = spawn(process.execPath, [firebase, ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...deployEnvironment },
    });
    const [status] = (await once(child, 'exit')) as [number | null];
    if (status !== 0) throw new Error(`firebase ${args.join(' ')} failed.`);
  }
}

/**
 * firebase-tools takes no default of the code without a terminal: every value must be there, an empty one counts.
 *
 * @returns the values
 * @throws Error that names the values of functions/.env.example that functions/.env.PROJECT lacks
 */
export function mustHaveValues(project: string, folder = functions): NodeJS.Dict<string> {
  const file = path.join(folder, `.env.${project}`);
  const name = `functions/.env.${project}`;
  if (!existsSync(file)) throw new Error(`${name} is missing: copy functions/.env.example and fill it in.`);
  const values = parseEnv(readFileSync(file, 'utf8'));
  const missing = Object.keys(parseEnv(readFileSync(path.join(functions, '.env.example'), 'utf8'))).filter(
    (value) => !(value in values),
  );
  if (missing.length > 0)
    throw new Error(`${name} lacks ${missing.join(', ')}: take the lines over from functions/.env.example.`);
  return values;
}
