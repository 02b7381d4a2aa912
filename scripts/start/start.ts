import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { onEmulators } from '../client/place.ts';
import { localPerson, signUp, type Session } from '../client/session.ts';
import { analysisLines, narrativeLines } from './journey-report.ts';
import { startStack } from '../local-stack/emulators.ts';
import type { Stack } from '../local-stack/emulators.ts';
import { aborted, Interrupted, interruption } from '../lib/interruption.ts';
import { stateFolder } from '../local-stack/run-folder.ts';
import { buildFunctions } from '../lib/build-functions.ts';
import { root } from '../lib/root.ts';
import type { Recording } from '../../functions/src/contract/recording.ts';
import { samplePerson } from '../sample-data/sample-person.ts';
import { sampleWeek } from '../sample-data/sample-week.ts';

const functions = path.join(root, 'functions');
const say = (line = '') => {
  console.log(line);
};

/** Builds again at every change; the emulator reloads. Ends with this process, which holds its standard input. */
function rebuildOnChange(): () => void {
  const watcher = spawn(process.execPath, ['build.mjs', '--watch'], {
    cwd: functions,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  return () => watcher.kill();
}

/** Resolves with whether the narrative arrived. */
async function sampleJourney({ loop }: Session, recording: Recording): Promise<boolean> {
  await loop.setPerson(samplePerson());
  const started = performance.now();
  const elapsed = () => `${(performance.now() - started).toFixed(0).padStart(6)} ms`;
  say('\nA sample week on its way:');
  const uploadId = await loop.uploadRecording(recording).sent;
  say(`${elapsed()}  sent as ${uploadId}`);
  let last = '';
  for await (const { status, stage, code, message } of loop.uploadStatus(uploadId)) {
    const state = `${status.padEnd(10)} ${stage}`;
    if (state !== last) say(`${elapsed()}  ${state}`);
    last = state;
    if (status === 'failed') say(`\nThe upload failed: ${code} ${message}`);
  }

  const [analysis, narrative] = await Promise.all([loop.analysis(uploadId), loop.narrative(uploadId)]);
  if (analysis) say(['\nThe analysis:', ...analysisLines(analysis)].join('\n  '));
  if (narrative) say(['\nThe narrative:', ...narrativeLines(narrative)].join('\n  '));
  say(`\nWhere the time went: npm run trace -- ${uploadId}`);
  return narrative !== undefined;
}

function printAddresses(stack: Stack, idToken: string, sampleFile: string): void {
  const { auth, functions, firestore, storage, pubsub, collector } = stack.origins;
  say(`\nProject ${stack.project}`);
  say(`  auth       ${auth}`);
  say(`  functions  ${functions}`);
  say(`  firestore  ${firestore}`);
  say(`  storage    ${storage}`);
  say(`  pubsub     ${pubsub}`);
  say(`  metrics    ${collector}/metrics`);
  say('\nSend the sample week again (the ID token is valid for an hour):\n');
  say(`curl -sS '${stack.functionUrl('uploadRecording')}' \\`);
  say(`  -H 'authorization: Bearer ${idToken}' \\`);
  say(`  -H 'content-type: application/json' \\`);
  say(`  --data-binary '@${sampleFile}'`);
  say('\nThe weekly report of the sample week; open the file in a browser:\n');
  say(`curl -sS '${stack.functionUrl('weeklyReport')}' \\`);
  say(`  -H 'authorization: Bearer ${idToken}' \\`);
  say(`  -o '${path.join(path.dirname(sampleFile), 'week.html')}'`);
}

/** A failed journey does not end `npm start`: the next change of the source may mend it. */
function report(problem: unknown): false {
  console.error(`start: ${(problem as Error).message}`);
  return false;
}

async function startEmulators(): Promise<Stack> {
  try {
    return await startStack({ ports: 'default', keepSpans: true });
  } catch (problem) {
    if (problem instanceof Interrupted) throw problem;
    throw new Error(`${(problem as Error).message}\nWithout emulators: npm start -- --embedded`, {
      cause: problem,
    });
  }
}

/**
 * Builds the functions, starts the local stack, sends a sample week through it and stays until Ctrl-C, or with `exit` ends.
 *
 * @returns the exit code: with `exit` 0 only if the narrative arrived, without it 0 after Ctrl-C
 * @throws Interrupted while the stack starts; Error when it cannot
 */
export async function start({ exit }: { exit: boolean }): Promise<number> {
  const interrupted = interruption();
  buildFunctions('--dev');
  const stopWatching = exit ? () => {} : rebuildOnChange();
  try {
    const stack = await startEmulators();
    let arrived: boolean | 'gone' = false;
    try {
      const gone = Promise.race([stack.ended, aborted(interrupted)]).then(() => 'gone' as const);
      const session = await signUp(onEmulators(stack.origins), localPerson);
      const recording = sampleWeek();
      const sampleFile = path.join(stateFolder, 'sample-week.json');
      fs.writeFileSync(sampleFile, JSON.stringify(recording));
      try {
        arrived = await Promise.race([sampleJourney(session, recording).catch(report), gone]);
        if (arrived === 'gone') return interrupted.aborted ? 0 : 1;
        printAddresses(stack, await session.idToken(), sampleFile);
      } finally {
        await session.end();
      }
      if (exit) return arrived ? 0 : 1;
      say('\nRunning; the functions reload when their source changes. Stop with Ctrl-C.');
      await gone;
      return interrupted.aborted ? 0 : 1;
    } finally {
      await stack.stop({ failed: arrived === false });
    }
  } finally {
    stopWatching();
  }
}
