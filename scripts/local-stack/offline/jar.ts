// Writes a small .jar: a zip of stored (uncompressed) entries with a manifest.
import fs from 'node:fs';

const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

function crc32(bytes: Buffer): number {
  let crc = -1;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}

/** A manifest line has at most 72 bytes; a longer one continues on the next line after a space. */
function manifestLine(line: string): string {
  let folded = '';
  let rest = line;
  while (rest.length > 70) {
    folded += `${rest.slice(0, 70)}\r\n`;
    rest = ` ${rest.slice(70)}`;
  }
  return `${folded}${rest}\r\n`;
}

function manifest(mainClass: string, classPath: string): Buffer {
  const lines = ['Manifest-Version: 1.0', `Main-Class: ${mainClass}`, `Class-Path: ${classPath}`];
  return Buffer.from(`${lines.map(manifestLine).join('')}\r\n`);
}

const dosDate = 0x21; // 1 January 1980: the same jar for the same input

function localHeader(name: Buffer, content: Buffer): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4); // version needed to extract: 2.0
  header.writeUInt16LE(dosDate, 12);
  header.writeUInt32LE(crc32(content), 14);
  header.writeUInt32LE(content.length, 18); // compressed size
  header.writeUInt32LE(content.length, 22);
  header.writeUInt16LE(name.length, 26);
  return header;
}

function directoryHeader(name: Buffer, content: Buffer, offset: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(20, 6);
  header.writeUInt16LE(dosDate, 14);
  header.writeUInt32LE(crc32(content), 16);
  header.writeUInt32LE(content.length, 20);
  header.writeUInt32LE(content.length, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt32LE(offset, 42);
  return header;
}

function endOfDirectory(entries: number, directorySize: number, directoryOffset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(directorySize, 12);
  end.writeUInt32LE(directoryOffset, 16);
  return end;
}

export interface Jar {
  mainClass: string;
  /** A URL of another jar: a jar without a Main-Class is started through ours. */
  classPath: string;
  /** Entry name to content. */
  entries?: Record<string, Buffer>;
}

export function writeJar(file: string, { mainClass, classPath, entries = {} }: Jar): void {
  const all = Object.entries({ 'META-INF/MANIFEST.MF': manifest(mainClass, classPath), ...entries });
  const body: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [entryName, content] of all) {
    const name = Buffer.from(entryName);
    const header = localHeader(name, content);
    directory.push(directoryHeader(name, content, offset), name);
    body.push(header, name, content);
    offset += header.length + name.length + content.length;
  }
  const directoryBytes = Buffer.concat(directory);
  const end = endOfDirectory(all.length, directoryBytes.length, offset);
  fs.writeFileSync(file, Buffer.concat([...body, directoryBytes, end]));
}
