// One function under the real functions framework, as an instance starts it.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { root } from '../lib/root.ts';

const functions = path.join(root, 'functions');
const framework = 'node_modules/@google-cloud/functions-framework/build/src/main.js';
const preload = path.join(import.meta.dirname, 'startup.cjs');
const startTimeoutMs = 60_000;
const mostSaid = 4000;

/** What a process has used since it began. */
export interface Used {
  port: number;
  cpuMs: number;
  wallMs: number;
  rssMb: number;
}

export interface Program {
  /** Folder with a `package.json`, whose `main` exports the function. */
  source: string;
  target: string;
}

export interface Instance {
  /** Until it listened. */
  started: Used;
  /** Until now. */
  used(): Promise<Used>;
  /** The end of its output. */
  said(): string;
  stop(): void;
}

/** The functions as they are deployed; `node build.mjs` must have been run. */
export function deployed(target: string): Program {
  return { source: functions, target };
}

/** Event functions get CloudEvents; all others, schedules included, plain HTTP. */
function signatureOf(target: string): string {
  return target.startsWith('on') ? 'cloudevent' : 'http';
}

/** Starts an instance on a free port; resolves when it listens. */
export async function startInstance(
  { source, target }: Program,
  env: Record<string, string>,
): Promise<Instance> {
  const child = spawn(process.execPath, ['--require', preload, path.join(source, framework)], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: {
      NODE_ENV: 'production',
      PORT: '0',
      FUNCTION_SOURCE: source,
      FUNCTION_TARGET: target,
      FUNCTION_SIGNATURE_TYPE: signatureOf(target),
      ...env,
    },
  });
  let said = '';
  for (const output of [child.stdout!, child.stderr!]) {
    output.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-mostSaid)));
  }
  const reports = createInterface({ input: child.stdio[3] as Readable })[Symbol.asyncIterator]();
  const next = async (): Promise<Used> => {
    const { value, done } = await reports.next();
    if (done) throw new Error(`${target} ended before it listened: ${said}`);
    return JSON.parse(value) as Used;
  };
  const late = setTimeout(() => child.kill('SIGKILL'), startTimeoutMs);
  const started = await next().finally(() => {
    clearTimeout(late);
  });
  return {
    started,
    used() {
      child.kill('SIGUSR2');
      return next();
    },
    said: () => said,
    stop: () => void child.kill('SIGKILL'),
  };
}

/** A program of one file that finds the packages of `functions/`. */
function makeProgram(target: string, code: string): Program {
  const source = fs.mkdtempSync(path.join(os.tmpdir(), 'cold-'));
  fs.symlinkSync(path.join(functions, 'node_modules'), path.join(source, 'node_modules'));
  fs.writeFileSync(path.join(source, 'package.json'), '{"main": "index.js"}');
  fs.writeFileSync(path.join(source, 'index.js'), code);
  return { source, target };
}

const hello = `const { onRequest } = require('firebase-functions/v2/https');
exports.hello = onRequest((request, response) => void response.send('hello'));
`;

/** What is asked of nobody: one function, and nothing of ours. */
export function bareHello(): Program {
  return makeProgram('hello', hello);
}

/** What nobody should write: every package that the functions depend on, and those of firebase-admin that they use, at once. */
export function everythingEagerly(): Program {
  const { dependencies } = JSON.parse(fs.readFileSync(path.join(functions, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const admin = ['app', 'auth', 'app-check', 'firestore'].map((name) => `firebase-admin/${name}`);
  const triggers = ['https', 'pubsub', 'storage', 'firestore', 'scheduler'].map(
    (name) => `firebase-functions/v2/${name}`,
  );
  const names = [
    ...Object.keys(dependencies).filter((name) => name !== 'firebase-admin'),
    ...admin,
    ...triggers,
  ];
  const imports = names.map((name) => `require('${name}');\n`).join('');
  return makeProgram('hello', `${imports}${hello}`);
}

export function removeProgram({ source }: Program): void {
  if (source.startsWith(os.tmpdir())) fs.rmSync(source, { recursive: true, force: true });
}
