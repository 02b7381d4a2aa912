import { createReadStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { placeOf, type Place, type PlaceOptions } from '../client/place.ts';
import { openSession, type Session } from '../client/session.ts';
import { buildRecordings, type Built, type BuiltRecording } from './build-recordings.ts';
import { collector, commonestZone, type Collector } from './collect.ts';
import { sampleOfRecord, sampleOfWorkout } from './exported-sample.ts';
import { readFitabase } from './fitabase.ts';
import { openExport } from './open-export.ts';
import { patient } from './patience.ts';
import { bytesText, progress } from './progress.ts';
import { readExport } from './read-export.ts';
import { sendRecordings } from './send-recordings.ts';
import { sentList } from './sent-list.ts';
import { openSpool } from './spool.ts';
import { summaryLines } from './summary.ts';
import { createWorkFolder, importFolder, removeFolder } from './work-folder.ts';

export interface Options extends PlaceOptions {
  files: string[];
  /** Send, instead of saying what would be sent. */
  apply: boolean;
  /** IANA zone of samples that name none. */
  timeZone: string | undefined;
  /** Of Fitabase files that hold several. */
  person: string | undefined;
}

/** One whole import; the exit status: 0, or 1 when a recording that is there has failed. */
export async function runImport(options: Options, interrupted: AbortSignal): Promise<number> {
  const to = placeOf(options);
  if (!to.bucket) {
    throw new RangeError(
      `Name the bucket with --bucket, or as RECORDINGS_BUCKET in functions/.env.${to.project}.`,
    );
  }
  // Before the long reading, so that a wrong password is found at once.
  const session = options.apply ? await openSession(to) : undefined;
  const work = createWorkFolder();
  try {
    const spoolFolder = path.join(work, 'days');
    await mkdir(spoolFolder, { mode: 0o700 });
    const spool = openSpool(spoolFolder);
    const collected = collector(spool, Date.now());
    for (const file of options.files) await readFile(file, options, collected, interrupted);

    if (spool.days().length === 0) {
      throw new RangeError('There is no sample that can be used; --help tells what is read.');
    }
    const timeZone = zoneOf(options, collected);
    const built = await build(
      spool,
      collected,
      { folder: path.join(work, 'recordings'), timeZone: timeZone.name },
      interrupted,
    );
    console.log(['', ...summaryLines(collected, built, timeZone), ''].join('\n'));
    if (built.recordings.length === 0) return 1;
    if (!session) {
      console.log(`Nothing was sent. --apply sends it to ${to.name}.`);
      return 0;
    }
    return await send(built.recordings, to, session, interrupted);
  } finally {
    removeFolder(work);
    await session?.end();
  }
}

async function readFile(
  file: string,
  { timeZone, person }: Options,
  into: Collector,
  interrupted: AbortSignal,
): Promise<void> {
  const label = `reading ${path.basename(file)}`;
  try {
    if (/\.csv$/i.test(file)) {
      const found = await stat(file).catch(() => undefined);
      if (!found?.isFile()) throw new RangeError('There is no such file.');
      if (timeZone === undefined) throw new RangeError('Its times name no zone: give --time-zone.');
      const bytes = watched(createReadStream(file), label, found.size, interrupted);
      await readFitabase(bytes, { timeZone, person }, into);
      return;
    }
    const { bytes, totalBytes } = await openExport(file);
    await readExport(watched(bytes, label, totalBytes, interrupted), {
      record: (attributes, metadata) => {
        into.add(sampleOfRecord(attributes, metadata));
      },
      workout: (attributes, metadata) => {
        into.add(sampleOfWorkout(attributes, metadata));
      },
      other: (name) => {
        // When it was made is no sample that is missing.
        if (name !== 'ExportDate') into.leaveOut(`not read: ${name}`);
      },
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`${file}: ${error.message}`, { cause: error });
  }
}

/** The same bytes, with a bar; lets go of the file when the run is stopped. */
async function* watched(
  bytes: AsyncIterable<Uint8Array>,
  label: string,
  total: number,
  interrupted: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const bar = progress({ label, total, text: bytesText, output: process.stderr });
  let done = 0;
  try {
    for await (const chunk of bytes) {
      interrupted.throwIfAborted();
      bar.update((done += chunk.length));
      yield chunk;
      // A file that comes faster than it is read would keep a signal waiting.
      await nextTurn();
    }
  } finally {
    bar.end();
  }
}

function zoneOf({ timeZone }: Options, { zones }: Collector): { name: string; from: string } {
  if (timeZone !== undefined) return { name: timeZone, from: 'as --time-zone says' };
  const name = commonestZone(zones);
  if (name === undefined) {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    throw new RangeError(`No sample names its time zone: give the person's with --time-zone, like ${here}.`);
  }
  return {
    name,
    from: `named by ${zones.get(name)!.toLocaleString('en-US')} samples; --time-zone says another`,
  };
}

async function build(
  spool: ReturnType<typeof openSpool>,
  collected: Collector,
  options: { folder: string; timeZone: string },
  interrupted: AbortSignal,
): Promise<Built> {
  const text = (days: number) => `${Math.round(days)} days`;
  const bar = progress({ label: 'sorting', total: spool.days().length, text, output: process.stderr });
  try {
    return await buildRecordings(spool, collected, {
      ...options,
      now: Date.now(),
      onDay: async (done) => {
        interrupted.throwIfAborted();
        bar.update(done);
        await nextTurn();
      },
    });
  } finally {
    bar.end();
  }
}

async function send(
  recordings: readonly BuiltRecording[],
  to: Place,
  { uid, loop }: Session,
  interrupted: AbortSignal,
): Promise<number> {
  const total = recordings.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const bar = progress({ label: 'sending', total, text: bytesText, output: process.stderr });
  const sent = sentList(importFolder, to, uid);
  const wait = async (ms: number): Promise<void> => {
    await sleep(ms, undefined, { signal: interrupted }).catch(() => {
      interrupted.throwIfAborted();
    });
  };
  try {
    const ends = await sendRecordings(recordings, {
      loop,
      patiently: patient(to.name, { wait, random: Math.random, say: bar.say }),
      sent,
      say: bar.say,
      onBytes: bar.update,
      interrupted,
    });
    sent.remove();
    bar.end();
    console.log(
      `${ends.sent} sent, ${ends.there} there before, ${ends.failed} failed there before; to ${to.name}.`,
    );
    console.log(
      `The latest of them: npm run status -- ${recordings.at(-1)!.uploadId}${to.emulators ? '' : ` --project ${to.project}`}`,
    );
    return ends.failed > 0 ? 1 : 0;
  } catch (error) {
    bar.end();
    throw error;
  }
}
