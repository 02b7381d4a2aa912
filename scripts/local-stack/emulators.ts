// Starts the Firebase Emulator Suite with what is on this machine: no network, no login, several runs beside each other.
//   const stack = await startStack({ ports: 'free' }); ... await stack.stop();
//   node scripts/local-stack/emulators.ts start | exec <command> [argument ...]
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../lib/root.ts';
import { startCollector } from './stand-ins/collector.ts';
import type { Collector } from './stand-ins/collector.ts';
import { isReadyLine, lineReader, loadFailureIn, worthShowing } from './cli-output.ts';
import {
  clientEnvironment,
  cliEnvironment,
  demoProject,
  ensureLocalSecrets,
  originsOf,
  readFirebaseConfig,
  telemetryParameters,
  writeConfig,
  writeParameters,
} from './configuration.ts';
import type { Origins } from './configuration.ts';
import { aborted, Interrupted, interruption } from '../lib/interruption.ts';
import { findEmulators } from './offline/find-emulators.ts';
import { loadedFunctions, missingFunctions } from './loaded-functions.ts';
import { choosePorts } from './ports.ts';
import type { PortChoice } from './ports.ts';
import { endProcessesOf, runIdVariable } from './processes.ts';
import { createRun, keepLogs, keepSpans, removeDeadRuns, removeRun, spansFile } from './run-folder.ts';
import type { Run } from './run-folder.ts';
import { startVertexStandIn } from './stand-ins/vertex.ts';
import type { VertexStandIn } from './stand-ins/vertex.ts';

const readyTimeoutMs = 180_000;
const stopTimeoutMs = 15_000;
const shownLogLines = 40;

export interface StackOptions {
  ports: PortChoice;
  /** Print no progress, and no warnings of the functions while they run. */
  quiet?: boolean;
  /** Keep the spans of this run afterwards, for `npm run trace`. */
  keepSpans?: boolean;
}

export interface Stack {
  project: string;
  origins: Origins;
  /** The address of an HTTPS function or callable. */
  functionUrl(name: string): string;
  /** For processes that use the stack: the *_EMULATOR_HOST variables and ours. */
  env: Record<string, string>;
  vertex: VertexStandIn;
  collector: Collector;
  /** Resolves when the emulators have ended without being asked to. */
  ended: Promise<void>;
  /** `failed`: keep the emulators' logs, and say where. */
  stop(how?: { failed: boolean }): Promise<void>;
}

/** Resolves when every emulator is ready and every function is loaded. Rejects with one sentence, and nothing left running. */
export async function startStack({
  ports,
  quiet = false,
  keepSpans: keep = false,
}: StackOptions): Promise<Stack> {
  const started = Date.now();
  const progress = (message: string) => {
    if (!quiet) console.error(`[stack] ${message}`);
  };
  const emulators = findEmulators();
  progress(`${emulators.summary}, Node ${process.versions.node}`);

  const ended = await removeDeadRuns();
  if (ended > 0) progress(`ended ${ended} process(es) left over from a killed run`);

  const project = demoProject();
  const run = createRun();
  const vertex = await startVertexStandIn(run.folder);
  const collector = await startCollector(spansFile(run.folder));
  let cli: Cli | undefined;
  const stop = async ({ failed } = { failed: false }) => {
    progress('stopping');
    await cli?.stop();
    await endProcessesOf(run.id);
    await vertex.close();
    await collector.close();
    if (keep) keepSpans(run);
    if (failed) console.error(`[stack] the logs of this run are in ${keepLogs(run)}`);
    removeRun(run);
  };

  try {
    const config = readFirebaseConfig();
    for (const sentence of await choosePorts(config.emulators, ports)) progress(sentence);
    writeParameters(run, project, { ...vertex.env, ...telemetryParameters(collector.origin) });
    writeConfig(run, config);
    ensureLocalSecrets();
    progress('starting the emulators ...');
    const env = cliEnvironment(run, await emulators.prepare(run.folder));
    cli = startCli(run, project, env, (line) => {
      const message = worthShowing(line);
      if (message) progress(message);
    });
    await cli.ready;

    const origins = originsOf(config, vertex.host, collector.origin);
    const regions = await regionsOfFunctions(origins.functions, cli);
    progress(`ready in ${((Date.now() - started) / 1000).toFixed(1)} s, ${regions.size} functions loaded`);
    const functionUrl = (name: string) =>
      `${origins.functions}/${project}/${regions.get(name) ?? 'unknown'}/${name}`;
    return {
      project,
      origins,
      functionUrl,
      env: {
        ...clientEnvironment(project, origins),
        [runIdVariable]: run.id,
        LOCAL_STACK_FUNCTIONS_URL: path.posix.dirname(functionUrl([...regions.keys()][0] ?? '')),
        NODE_EXTRA_CA_CERTS: vertex.env.NODE_EXTRA_CA_CERTS,
      },
      vertex,
      collector,
      ended: cli.ended,
      stop,
    };
  } catch (problem) {
    const failed = !(problem instanceof Interrupted);
    if (failed && cli) console.error(cli.startOutput().slice(-shownLogLines).join('\n'));
    await stop({ failed });
    throw problem;
  }
}

interface Cli {
  /** Rejects when the CLI ends first, when it takes too long, and when we are asked to stop meanwhile. */
  ready: Promise<void>;
  ended: Promise<void>;
  /** Why the functions could not be loaded, once the CLI has said so. */
  loadFailure(): string | undefined;
  /** What it printed until it was ready. */
  startOutput(): string[];
  stop(): Promise<void>;
}

function startCli(run: Run, project: string, env: NodeJS.ProcessEnv, onLine: (line: string) => void): Cli {
  const adjusted = path.join(import.meta.dirname, 'firebase-cli.cjs');
  const args = ['emulators:start', '--project', project, '--config', run.configFile, '--non-interactive'];
  if (process.env['LOCAL_STACK_DEBUG']) args.push('--debug');
  const child = spawn(process.execPath, [adjusted, ...args], {
    cwd: run.folder, // its debug logs land here
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // A process group of its own, so that Ctrl-C reaches only us and the CLI is asked to stop once: asked twice, it leaves
    // without stopping its Java processes.
    detached: process.platform !== 'win32',
  });
  child.stdio[3]?.on('error', () => {}); // the pipe that tells the CLI that we are alive

  const ready = Promise.withResolvers<undefined>();
  const lines: string[] = []; // until it is ready
  let isReady = false;
  const log = fs.createWriteStream(run.logFile);
  const readLine = (line: string) => {
    log.write(`${line}\n`);
    if (!isReady) lines.push(line);
    if (isReadyLine(line)) {
      isReady = true;
      ready.resolve(undefined);
    }
    onLine(line);
  };
  child.stdout?.setEncoding('utf8').on('data', lineReader(readLine));
  child.stderr?.setEncoding('utf8').on('data', lineReader(readLine));

  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      ready.reject(new Error('The emulators ended before they were ready.'));
      resolve();
    });
  });
  const timeout = setTimeout(() => {
    ready.reject(new Error(`The emulators were not ready after ${readyTimeoutMs / 1000} s.`));
  }, readyTimeoutMs);
  const onInterrupt = () => {
    ready.reject(interruption().reason as Interrupted);
  };
  interruption().addEventListener('abort', onInterrupt);
  if (interruption().aborted) onInterrupt();

  return {
    ready: ready.promise.finally(() => {
      clearTimeout(timeout);
    }),
    ended,
    loadFailure: () => loadFailureIn(lines),
    startOutput: () => lines,
    stop: () => stopChild(child, ended),
  };
}

async function stopChild(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await ended;
  clearTimeout(impatience);
}

/** Region by function name. The CLI reports a failure to load the code, and goes on without functions. */
async function regionsOfFunctions(origin: string, cli: Cli): Promise<Map<string, string>> {
  const loaded = await loadedFunctions(origin);
  const missing = missingFunctions(loaded);
  const reason = cli.loadFailure();
  if (reason) throw new Error(`The functions could not be loaded: ${reason}`);
  if (missing.length > 0)
    throw new Error(`The emulators are up, but not these functions: ${missing.join(', ')}.`);
  return new Map(loaded.map(({ name, region }) => [name, region]));
}

export interface RunOptions extends StackOptions {
  /** `start`: until Ctrl-C. `exec`: while `command` runs. */
  mode: 'start' | 'exec';
  command?: string[];
  /** Working folder and additional environment of the command. */
  cwd?: string;
  env?: Record<string, string>;
}

/** Runs the stack for as long as `mode` says, and resolves with an exit code. */
export async function runEmulators({ mode, command = [], cwd = root, env = {}, ...options }: RunOptions) {
  const interrupted = interruption();
  const stack = await startStack(options);
  let code = 1;
  try {
    if (mode === 'exec') {
      code = await execute(command, cwd, { ...stack.env, ...env });
    } else {
      await Promise.race([stack.ended, aborted(interrupted)]);
      code = interrupted.aborted ? 0 : 1;
    }
  } finally {
    await stack.stop({ failed: code !== 0 && !interrupted.aborted });
  }
  return code;
}

function execute(
  [file = 'true', ...args]: string[],
  cwd: string,
  env: Record<string, string>,
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' });
    interruption().addEventListener('abort', () => child.kill('SIGTERM'));
    child.once('error', () => {
      resolve(127);
    });
    child.once('exit', (code) => {
      resolve(interruption().aborted ? 130 : (code ?? 1));
    });
  });
}

if (import.meta.main) {
  const [mode, ...command] = process.argv.slice(2);
  try {
    if (mode !== 'start' && mode !== 'exec')
      throw new Error('Usage: node scripts/local-stack/emulators.ts start | exec COMMAND [ARGUMENT...]');
    process.exitCode = await runEmulators({ mode, command, ports: mode === 'exec' ? 'free' : 'default' });
  } catch (error) {
    if (!(error instanceof Interrupted)) console.error(`emulators: ${(error as Error).message}`);
    process.exitCode = error instanceof Interrupted ? 130 : 1;
  }
}
