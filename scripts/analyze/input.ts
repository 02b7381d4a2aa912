import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Fault, type Issue } from '../../functions/src/domain/fault.ts';
import { readRecording, type ReadRecording } from '../../functions/src/ingest/read-recording.ts';
import type { OfflinePerson } from './offline-person.ts';
import { readActigraphy } from './actigraphy-csv.ts';

/** What was read of one file, beside its samples. */
interface FileRead {
  /** The person the recording names. */
  userId: string | undefined;
  /** What whoever reads the numbers should know of the file. */
  notes: string[];
}

const issuesShown = 5;

/**
 * Merges the samples of several files of one person; what there is to say of a file goes to
 * standard error.
 *
 * @param asked what was asked for, as a verb, for the sentence that refuses files of several people
 * @throws RangeError whose sentence names the file, or says that there are several people
 */
export async function readFilesInto(
  person: OfflinePerson,
  files: readonly string[],
  { timeZone, asked }: { timeZone: string | undefined; asked: string },
): Promise<void> {
  const people = new Set<string>();
  for (const file of files) {
    const { userId, notes } = await readFileInto(person, file, timeZone);
    for (const note of notes) console.error(`${file}: ${note}`);
    if (userId !== undefined) people.add(userId);
    if (people.size > 1) throw new RangeError(`The files are of more than one person: ${asked} each alone.`);
  }
}

/**
 * Merges the samples of one file into the person's, batch by batch.
 *
 * @param timeZone of samples that name none
 * @throws RangeError whose sentence names the file
 */
async function readFileInto(
  person: OfflinePerson,
  file: string,
  timeZone: string | undefined,
): Promise<FileRead> {
  const format = /\.(json|ndjson|csv)(?:\.gz)?$/i.exec(file)?.[1]?.toLowerCase();
  if (!format) throw new RangeError(`${file}: this is no .json, .ndjson or .csv file, nor one with .gz.`);
  await mustBeFile(file);
  try {
    if (format === 'csv') {
      const { samples, notes } = await readActigraphy(createReadStream(file), timeZone);
      await person.add(samples);
      return { userId: undefined, notes };
    }
    const read = await readRecording(() => createReadStream(file), {
      contentType: format === 'json' ? 'application/json' : 'application/x-ndjson',
      receivedAt: Date.now(),
      maxBytes: Infinity,
      onEnvelope: () => Promise.resolve(timeZone),
      onSamples: (samples) => person.add(samples),
    });
    if (read.deleted.length > 0) await person.remove(read.deleted);
    return { userId: read.envelope.userId, notes: notesOf(read) };
  } catch (error) {
    throw new RangeError(`${file}: ${reasonOf(error)}`, { cause: error });
  }
}

async function mustBeFile(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (!found) throw new RangeError(`${file}: there is no such file.`);
  if (found.isDirectory()) throw new RangeError(`${file}: this is a folder, not a recording.`);
}

/** The sentences of faults speak to clients of the cloud; some need other words here. */
function reasonOf(error: unknown): string {
  if (error instanceof Fault) {
    switch (error.code) {
      case 'recording/empty':
        return 'The file is empty.';
      case 'recording/no-samples':
        return 'The recording has no samples.';
      case 'recording/no-valid-samples':
        return noneUsable(error.issues[0]!);
      case 'recording/invalid':
        return `This is no recording: ${issueText(error.issues[0]!)}.`;
      case 'recording/truncated':
        return 'The file is cut off: its gzip stream ends too early.';
      case 'recording/invalid-encoding':
        return 'The file is not valid gzip.';
    }
  }
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'EACCES' ? 'The file may not be read.' : message;
}

function noneUsable(first: Issue): string {
  const hint = first.pointer.endsWith('/HKTimeZone') ? '; --time-zone gives one to all that name none' : '';
  return `None of the samples can be used: ${issueText(first)}${hint}.`;
}

function notesOf({ processedSamples, skippedSamples, refusedSamples, issues }: ReadRecording): string[] {
  const notes: string[] = [];
  const all = processedSamples + skippedSamples + refusedSamples;
  if (skippedSamples > 0) {
    notes.push(`${skippedSamples} of ${all} samples are of types that are not understood; skipped.`);
  }
  if (refusedSamples > 0) {
    const shown = issues.slice(0, issuesShown).map((issue) => `\n  ${issueText(issue)}`);
    const more = refusedSamples > shown.length ? `\n  and ${refusedSamples - shown.length} more` : '';
    notes.push(`${refusedSamples} of ${all} samples cannot be used:${shown.join('')}${more}`);
  }
  return notes;
}

function issueText({ pointer, expected, received }: Issue): string {
  return `${pointer || 'it'} should be ${expected}, found ${received}`;
}
