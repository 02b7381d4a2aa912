import fs from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

export interface Jar {
  mainClass: string;
  /** A URL of another jar: a jar without a Main-Class is started through ours. */
  classPath: string;
  /** Entry name to content. */
  entries?: Record<string, Buffer>;
}

/** A manifest line has at most 72 bytes; a longer one continues on the next line after a space. */
const folded = (line: string): string => `${line.match(/^.{1,70}|.{1,69}/g)!.join('\r\n ')}\r\n`;

/** Writes a small .jar with a manifest; the same bytes for the same input. */
export async function writeJar(file: string, { mainClass, classPath, entries = {} }: Jar): Promise<void> {
  const manifest = ['Manifest-Version: 1.0', `Main-Class: ${mainClass}`, `Class-Path: ${classPath}`];
  const jar = new ZipFile();
  const add = (name: string, content: Buffer) => {
    jar.addBuffer(content, name, { mtime: new Date(0), compress: false });
  };
  add('META-INF/MANIFEST.MF', Buffer.from(`${manifest.map(folded).join('')}\r\n`));
  for (const [name, content] of Object.entries(entries)) add(name, content);
  jar.end();
  await pipeline(jar.outputStream, fs.createWriteStream(file));
}
