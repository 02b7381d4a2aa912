// The files of one run: .local-stack/run-<id>/, a private temporary folder and a generated firebase configuration.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../lib/root.ts';
import { endProcessesOf, isAlive, processesOf, startTime } from './processes.ts';

export const stateFolder = path.join(root, '.local-stack');
/** The spans of the last `npm start` that has ended. */
export const keptSpans = path.join(stateFolder, 'spans.ndjson');
const lastFailure = path.join(stateFolder, 'last-failure');
const temporaryPrefix = 'clarity-';

export interface Run {
  id: string;
  folder: string;
  /** Dotenv folder of the function workers. */
  envFolder: string;
  /** TMPDIR. Short, because the workers' sockets lie in it (108 bytes); private, because the emulators empty parts of it. */
  temporary: string;
  /** Lies beside firebase.json: the paths in it are relative to its own folder. */
  configFile: string;
  logFile: string;
}

interface RunRecord {
  id: string;
  pid: number;
  started: string;
  temporary: string;
}

const configFileOf = (id: string) => path.join(root, `.firebase-emulators.${id}.json`);
const recordFileOf = (folder: string) => path.join(folder, 'run.json');

/** The spans that arrived in a run, one a line. */
export const spansFile = (folder: string) => path.join(folder, 'spans.ndjson');

export function createRun(): Run {
  const id = `${process.pid}-${Date.now()}`;
  const folder = path.join(stateFolder, `run-${id}`);
  const envFolder = path.join(folder, 'env');
  fs.mkdirSync(envFolder, { recursive: true });
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), temporaryPrefix));
  const record: RunRecord = { id, pid: process.pid, started: startTime(process.pid), temporary };
  fs.writeFileSync(recordFileOf(folder), JSON.stringify(record));
  return {
    id,
    folder,
    envFolder,
    temporary,
    configFile: configFileOf(id),
    logFile: path.join(folder, 'emulators.log'),
  };
}

/** Keeps the spans of a run for `npm run trace`, in place of those of the run before. */
export function keepSpans({ folder }: Run): void {
  if (fs.existsSync(spansFile(folder))) fs.copyFileSync(spansFile(folder), keptSpans);
}

/** Keeps the logs of a failed run and returns their folder. */
export function keepLogs(run: Run): string {
  fs.rmSync(lastFailure, { recursive: true, force: true });
  fs.mkdirSync(lastFailure, { recursive: true });
  for (const file of fs.readdirSync(run.folder).filter((name) => name.endsWith('.log'))) {
    fs.copyFileSync(path.join(run.folder, file), path.join(lastFailure, file));
  }
  return path.relative(root, lastFailure);
}

export function removeRun({ id, folder, temporary }: Pick<Run, 'id' | 'folder' | 'temporary'>): void {
  fs.rmSync(configFileOf(id), { force: true });
  if (path.basename(temporary).startsWith(temporaryPrefix))
    fs.rmSync(temporary, { recursive: true, force: true });
  fs.rmSync(folder, { recursive: true, force: true });
}

/** Clears away runs whose launcher was killed, and resolves with the number of processes that they had left behind. */
export async function removeDeadRuns(): Promise<number> {
  if (!fs.existsSync(stateFolder)) return 0;
  let ended = 0;
  for (const name of fs.readdirSync(stateFolder).filter((entry) => entry.startsWith('run-'))) {
    const folder = path.join(stateFolder, name);
    const record = readRecord(folder);
    if (!record || isAlive(record.pid, record.started)) continue;
    const left = processesOf(record.id).length;
    if (left > 0) await endProcessesOf(record.id);
    ended += left;
    removeRun({ ...record, folder });
  }
  return ended;
}

/** Undefined while another launcher is just creating the folder. */
function readRecord(folder: string): RunRecord | undefined {
  try {
    return JSON.parse(fs.readFileSync(recordFileOf(folder), 'utf8')) as RunRecord;
  } catch {
    return undefined;
  }
}
