// The configuration of one run: firebase.json with this run's ports, and the environment of the emulators.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { root } from '../lib/root.ts';
import type { Emulator } from './ports.ts';
import { runIdVariable } from './processes.ts';
import type { Run } from './run-folder.ts';

export type EmulatorName =
  'auth' | 'functions' | 'firestore' | 'storage' | 'pubsub' | 'hub' | 'eventarc' | 'tasks';

export interface FirebaseConfig {
  functions: { source: string; configDir?: string }[];
  emulators: Record<EmulatorName, Emulator> & Record<string, unknown>;
}

function readJson(file: string): unknown {
  return JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'));
}

export function readFirebaseConfig(): FirebaseConfig {
  return readJson('firebase.json') as FirebaseConfig;
}

/** The demo project of .firebaserc. With any other name the emulators' clients could reach a real project. */
export function demoProject(): string {
  const { projects } = readJson('.firebaserc') as { projects: { default: string } };
  if (!projects.default.startsWith('demo-')) {
    throw new Error(
      `The local stack runs only with a demo- project, and .firebaserc names ${projects.default}.`,
    );
  }
  return projects.default;
}

export function firebaseToolsFolder(): string {
  return path.dirname(createRequire(import.meta.url).resolve('firebase-tools/package.json'));
}

/** What each origin is good for: clients of the emulators, in this process or in a test. */
export type Origins = Record<EmulatorName | 'vertex' | 'collector', string>;

export function originsOf(config: FirebaseConfig, vertexHost: string, collector: string): Origins {
  const origin = (name: EmulatorName) => {
    const { host, port } = config.emulators[name];
    return `http://${host}:${port}`;
  };
  return {
    auth: origin('auth'),
    functions: origin('functions'),
    firestore: origin('firestore'),
    storage: origin('storage'),
    pubsub: origin('pubsub'),
    hub: origin('hub'),
    eventarc: origin('eventarc'),
    tasks: origin('tasks'),
    vertex: `https://${vertexHost}`,
    collector,
  };
}

/**
 * The workers' parameters: the committed ones of the demo project, and where the stand-ins are. The emulator reads parameters
 * from a dotenv file only; a folder of our own keeps the committed file as it is.
 */
export function writeParameters(run: Run, project: string, additional: Record<string, string>): void {
  const name = `.env.${project}`;
  const committed = fs.readFileSync(path.join(root, 'functions', name), 'utf8');
  const lines = Object.entries(additional).map(([key, value]) => `${key}=${value}`);
  fs.writeFileSync(path.join(run.envFolder, name), `${committed}\n${lines.join('\n')}\n`);
}

/** Where the workers' spans and metrics go: the local collector, unless the standard variables say otherwise. */
export function telemetryParameters(collector: string): Record<string, string> {
  const chosen = (name: string, usual: string) => ({ [name]: process.env[name] ?? usual });
  return {
    ...chosen('OTEL_EXPORTER_OTLP_ENDPOINT', collector),
    ...chosen('OTEL_TRACES_EXPORTER', 'otlp'),
    ...chosen('OTEL_METRICS_EXPORTER', 'otlp'),
  };
}

export function writeConfig(run: Run, config: FirebaseConfig): void {
  const functions = config.functions.map((codebase) => ({
    ...codebase,
    configDir: path.relative(root, run.envFolder),
  }));
  fs.writeFileSync(run.configFile, JSON.stringify({ ...config, functions }));
}

/** Local values for secrets. The emulator looks for them here only, and asks Secret Manager for missing ones. */
export function ensureLocalSecrets(): void {
  const secrets = path.join(root, 'functions/.secret.local');
  const example = `${secrets}.example`;
  const committed = parseEnv(fs.readFileSync(example, 'utf8'));
  const there = fs.existsSync(secrets) ? fs.readFileSync(secrets, 'utf8') : undefined;
  const missing = Object.entries(committed).filter(([name]) => !parseEnv(there ?? '')[name]);
  if (there === undefined) fs.copyFileSync(example, secrets);
  else if (missing.length > 0)
    fs.appendFileSync(secrets, `\n${missing.map(([name, value]) => `${name}=${value}`).join('\n')}\n`);
}

/** The environment of the firebase CLI and of all it starts. */
export function cliEnvironment(run: Run, jars: Record<string, string>): NodeJS.ProcessEnv {
  const configFolder = path.join(run.folder, 'config');
  writeCliSettings(configFolder);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...jars,
    [runIdVariable]: run.id,
    LOCAL_STACK_FIREBASE_TOOLS: firebaseToolsFolder(),
    TMPDIR: run.temporary,
    // The functions run on the Node that runs the CLI, and are discovered by `#!/usr/bin/env node`.
    PATH: path.dirname(process.execPath) + path.delimiter + (process.env['PATH'] ?? ''),
    FUNCTIONS_DISCOVERY_TIMEOUT: '60', // seconds; the default of 10 is short for a busy machine
    // No login, no look-ups: every folder in which firebase-tools or gcloud would find an account is an empty one.
    XDG_CONFIG_HOME: configFolder,
    CLOUDSDK_CONFIG: path.join(run.folder, 'gcloud'),
    METADATA_SERVER_DETECTION: 'none',
    NO_UPDATE_NOTIFIER: '1',
  };
  for (const name of [
    'GOOGLE_APPLICATION_CREDENTIALS',
    'FIREBASE_TOKEN',
    'NODE_OPTIONS',
    'NODE_V8_COVERAGE',
  ]) {
    delete env[name];
  }
  return env;
}

/** No usage statistics, and no request for a message of the day. */
function writeCliSettings(configFolder: string): void {
  const folder = path.join(configFolder, 'configstore');
  fs.mkdirSync(folder, { recursive: true });
  const settings = { usage: false, motd: { fetched: Date.now() } };
  fs.writeFileSync(path.join(folder, 'firebase-tools.json'), JSON.stringify(settings));
}

/** The variables by which Google's client libraries and our own tests find the stack. */
export function clientEnvironment(project: string, origins: Origins): Record<string, string> {
  const host = (name: EmulatorName) => new URL(origins[name]).host;
  return {
    GCLOUD_PROJECT: project,
    GOOGLE_CLOUD_PROJECT: project,
    FIREBASE_AUTH_EMULATOR_HOST: host('auth'),
    FIREBASE_EMULATOR_HUB: host('hub'),
    FIRESTORE_EMULATOR_HOST: host('firestore'),
    FIREBASE_STORAGE_EMULATOR_HOST: host('storage'),
    STORAGE_EMULATOR_HOST: origins.storage,
    PUBSUB_EMULATOR_HOST: host('pubsub'),
    CLOUD_EVENTARC_EMULATOR_HOST: origins.eventarc,
    CLOUD_TASKS_EMULATOR_HOST: host('tasks'),
    LOCAL_STACK_FUNCTIONS_ORIGIN: origins.functions,
    LOCAL_STACK_VERTEX_ORIGIN: origins.vertex,
    LOCAL_STACK_COLLECTOR_ORIGIN: origins.collector,
  };
}
