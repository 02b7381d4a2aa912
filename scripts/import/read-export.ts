import { SaxesParser } from 'saxes';

export type Attributes = Readonly<Record<string, string>>;

/** What is done with the elements of an export, in the order in which they come. */
export interface ExportHandlers {
  record(attributes: Attributes, metadata: Attributes): void;
  workout(attributes: Attributes, metadata: Attributes): void;
  /** Any other element right below the root, by name. */
  other(name: string): void;
}

const rootName = 'HealthData';
/** HealthData > Correlation > Record > HeartRateVariabilityMetadataList > InstantaneousBeatsPerMinute are five. */
const deepest = 16;
/** The DTD, the longest piece without an end, has 9,000 characters. */
const longestPiece = 256 * 1024;

/**
 * Reads the XML of an export piece by piece; what is held is one element.
 *
 * The document type is skipped: nothing in it is followed or fetched, and one that declares entities is refused.
 *
 * @throws RangeError whose sentence says what is wrong with the file
 */
export async function readExport(bytes: AsyncIterable<Uint8Array>, handlers: ExportHandlers): Promise<void> {
  const parser = new SaxesParser();
  const path: string[] = [];
  let fed = 0;
  let lastPiece = 0;
  let attributes: Attributes = {};
  let metadata: Record<string, string> = {};
  let seen = false;

  parser.on('error', (error) => {
    throw new RangeError(
      seen
        ? `The export is not well-formed XML, near character ${fed}: ${error.message.replace(/^[^ ]*:\d+: /, '')}`
        : 'This is no Apple Health export: it does not begin like XML.',
      { cause: error },
    );
  });
  parser.on('doctype', (doctype) => {
    lastPiece = fed;
    if (/<!ENTITY/i.test(doctype)) {
      throw new RangeError('The export declares XML entities. Apple Health does not, so it is not read.');
    }
  });
  parser.on('opentag', ({ name, attributes: given }) => {
    lastPiece = fed;
    path.push(name);
    if (path.length === 1 && name !== rootName) {
      throw new RangeError(
        `This is no Apple Health export: it holds <${shortened(name)}>, not <${rootName}>.`,
      );
    }
    seen = true;
    if (path.length > deepest) {
      throw new RangeError(`The elements of the export are nested more than ${deepest} deep.`);
    }
    if (path.length === 2) {
      attributes = given;
      metadata = {};
    } else if (path.length === 3 && name === 'MetadataEntry') {
      const { key, value } = given as { key?: string; value?: string };
      if (key !== undefined && value !== undefined) metadata[key] = value;
    }
  });
  parser.on('closetag', () => {
    lastPiece = fed;
    if (path.length === 2) {
      const [, name] = path as [string, string];
      if (name === 'Record') handlers.record(attributes, metadata);
      else if (name === 'Workout') handlers.workout(attributes, metadata);
      else handlers.other(shortened(name));
    }
    path.pop();
  });

  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of bytes) {
    const text = decoded(() => decoder.decode(chunk, { stream: true }));
    fed += text.length;
    parser.write(text);
    if (fed - lastPiece > longestPiece + text.length) {
      throw new RangeError(`The export has an element of more than ${longestPiece / 1024} KiB.`);
    }
  }
  decoded(() => decoder.decode());
  if (path.length > 0) throw new RangeError('The export is cut off: export it again, or copy it again.');
  parser.close();
}

function decoded(decode: () => string): string {
  try {
    return decode();
  } catch (error) {
    throw new RangeError('The export is not UTF-8 text.', { cause: error });
  }
}

function shortened(name: string): string {
  return name.length > 60 ? `${name.slice(0, 60)}...` : name;
}
