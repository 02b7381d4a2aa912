import assert from 'node:assert/strict';
import fs from 'node:fs';
import { crc32 } from 'node:zlib';
import { writeJar } from './jar.ts';
import { temporaryFolder } from '../../../functions/test/support/temporary-folder.ts';

const folder = temporaryFolder();

interface Entry {
  name: string;
  content: Buffer;
  crc: number;
}

/** Reads a zip of stored entries by its central directory, as the Java runtime does. */
function readZip(file: string): Entry[] {
  const zip = fs.readFileSync(file);
  const end = zip.length - 22;
  assert.equal(zip.readUInt32LE(end), 0x06054b50);
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  return Array.from({ length: count }, () => {
    assert.equal(zip.readUInt32LE(at), 0x02014b50);
    const crc = zip.readUInt32LE(at + 16);
    const size = zip.readUInt32LE(at + 24);
    const nameLength = zip.readUInt16LE(at + 28);
    const local = zip.readUInt32LE(at + 42);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    at += 46 + nameLength;
    assert.equal(zip.readUInt32LE(local), 0x04034b50);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    return { name, content: zip.subarray(start, start + size), crc };
  });
}

describe('writeJar', () => {
  it('writes a manifest and the entries, with their checksums', () => {
    const file = folder.path('a.jar');
    writeJar(file, {
      mainClass: 'Main',
      classPath: 'file:///b.jar',
      entries: { 'Main.class': Buffer.from([1, 2, 3]) },
    });
    const entries = readZip(file);
    assert.deepEqual(
      entries.map(({ name }) => name),
      ['META-INF/MANIFEST.MF', 'Main.class'],
    );
    for (const { content, crc } of entries) assert.equal(crc, crc32(content));
    assert.equal(
      entries[0]?.content.toString(),
      'Manifest-Version: 1.0\r\nMain-Class: Main\r\nClass-Path: file:///b.jar\r\n\r\n',
    );
    assert.deepEqual([...(entries[1]?.content ?? [])], [1, 2, 3]);
  });

  it('folds manifest lines at 72 bytes, and they read back whole', () => {
    const file = folder.path('a.jar');
    const classPath = `file:///${'folder/'.repeat(40)}b.jar`;
    writeJar(file, { mainClass: 'Main', classPath });
    const manifest = readZip(file)[0]?.content.toString() ?? '';
    for (const line of manifest.split('\r\n')) assert.ok(line.length <= 70, line);
    assert.ok(manifest.replaceAll('\r\n ', '').includes(`Class-Path: ${classPath}\r\n`));
  });

  it('writes the same bytes for the same input', () => {
    const jar = { mainClass: 'Main', classPath: 'file:///b.jar' };
    writeJar(folder.path('a.jar'), jar);
    writeJar(folder.path('b.jar'), jar);
    assert.deepEqual(fs.readFileSync(folder.path('a.jar')), fs.readFileSync(folder.path('b.jar')));
  });
});
