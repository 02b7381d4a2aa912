import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { openPromise, type Entry, type ZipFile } from 'yauzl';

/** An export, ready to be read once. */
export interface OpenedExport {
  /** The bytes of export.xml. */
  bytes: AsyncIterable<Uint8Array>;
  totalBytes: number;
}

/** No export has as many files; each workout's route is one. */
const mostEntries = 100_000;
/** Ten years of a watch are about 2 GiB. */
const mostBytes = 32 * 1024 ** 3;
/** The XML of HealthKit becomes 15 to 40 times smaller. */
const highestRatio = 200;

/**
 * Opens an export, as the zip that the phone shares or as the XML in it.
 *
 * @throws RangeError whose sentence says what is wrong with the file
 */
export async function openExport(file: string): Promise<OpenedExport> {
  const found = await stat(file).catch(() => undefined);
  if (!found) throw new RangeError('There is no such file.');
  if (found.isDirectory()) throw new RangeError('This is a folder: name the export.zip, or the .xml in it.');
  if (found.size === 0) throw new RangeError('The file is empty.');
  if (await isZip(file)) return openZip(file);
  holdSize(found.size);
  return { bytes: createReadStream(file, { highWaterMark: 256 * 1024 }), totalBytes: found.size };
}

async function isZip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.toString('latin1') === 'PK';
  } finally {
    await handle.close();
  }
}

async function openZip(file: string): Promise<OpenedExport> {
  try {
    // Sizes that lie end the stream with an error: yauzl's `validateEntrySizes`, on unless it is turned off.
    const zip = await openPromise(file, { lazyEntries: true, autoClose: false });
    try {
      if (zip.entryCount > mostEntries) throw new RangeError(`The zip has more than ${mostEntries} files.`);
      const candidates: Entry[] = [];
      for await (const entry of zip.eachEntry()) if (isCandidate(entry)) candidates.push(entry);
      const entry = chosen(candidates);
      hold(entry);
      return { bytes: unpacked(zip, entry), totalBytes: entry.uncompressedSize };
    } catch (error) {
      zip.close();
      throw error;
    }
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new RangeError(`The zip cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}

async function* unpacked(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  try {
    yield* (await zip.openReadStreamPromise(entry)) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw new RangeError(`The zip is damaged: ${(error as Error).message}.`, { cause: error });
  } finally {
    zip.close();
  }
}

/** `export.xml` is named in the phone's language; beside it lies the same as a clinical document, which is not read. */
function isCandidate({ fileName }: Entry): boolean {
  return /^([^/]+\/)?[^/]+\.xml$/i.test(fileName) && !/_cda\.xml$/i.test(fileName);
}

function chosen(candidates: readonly Entry[]): Entry {
  const named = candidates.find(({ fileName }) => /(^|\/)export\.xml$/i.test(fileName));
  const [only, second] = candidates;
  if (named ?? (only && !second)) return (named ?? only)!;
  throw new RangeError(
    only
      ? 'The zip has several .xml files and none is export.xml: unpack it, and name the right one.'
      : 'There is no export.xml in the zip: it is no Apple Health export.',
  );
}

function hold(entry: Entry): void {
  if (entry.isEncrypted()) throw new RangeError('The zip is encrypted: unpack it, and name the .xml in it.');
  holdSize(entry.uncompressedSize);
  if (entry.uncompressedSize > highestRatio * Math.max(entry.compressedSize, 1024)) {
    throw new RangeError(
      `The zip says that it grows more than ${highestRatio} times when unpacked; no export does.`,
    );
  }
}

function holdSize(bytes: number): void {
  if (bytes > mostBytes) throw new RangeError(`The export is larger than ${mostBytes / 1024 ** 3} GiB.`);
}
