// The configuration is read once in a process, and only where something is logged inside a trace.
process.env.GCLOUD_PROJECT ??= 'demo-unit';
process.env.RECORDINGS_BUCKET ??= 'demo-unit.appspot.com';
process.env.VERTEX_LOCATION ??= 'global';
process.env.VERTEX_MODEL ??= 'gemini-3.5-flash-lite';
process.env.NARRATOR_TEXTS_A_DAY ??= '10000';

export type Line = Record<string, unknown>;

/** The lines that are logged while `work` runs; they are not printed. */
export async function logged(work: () => unknown): Promise<Line[]> {
  const written: string[] = [];
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text: string | Uint8Array) => {
    written.push(text.toString());
    return true;
  };
  try {
    await work();
  } finally {
    process.stdout.write = write;
  }
  return written
    .join('')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
}
