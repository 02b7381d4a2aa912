import { gzipSync } from 'node:zlib';
import { sentSample } from './build.ts';

const mib = 1024 * 1024;
const sample = JSON.stringify(sentSample());

/** `before`, then `unit` as often as it fits into so many MiB with a comma between, then `after`. */
function filled(size: number, unit: string, before = '{"samples":[', after = ']}'): Buffer {
  const body = Buffer.alloc(size * mib, `${unit},`);
  const whole = Math.floor(body.length / (Buffer.byteLength(unit) + 1)) * (Buffer.byteLength(unit) + 1) - 1;
  return Buffer.concat([Buffer.from(before), body.subarray(0, whole), Buffer.from(after)]);
}

/** A body of uploadRecording that takes as much memory as it can, and the status that answers it. */
export interface Worst {
  name: string;
  contentType: string;
  body: Buffer;
  status: number;
}

/**
 * Eight of them; the first one is what a review once ended an instance of 1 GiB with, four at a time.
 *
 * @param size of each, decompressed, in MiB
 */
export function worstRecordings(size: number): Worst[] {
  const json = 'application/json';
  const sent = Math.min(size, 31);
  const deletions = Array.from({ length: 90_000 }, (_, i) => `deleted-sample-${i}-of-somebody`);
  const skipped = '{"sampleType":"other","note":"\u{1f3c3}"}';
  return [
    {
      name: 'useless objects in two-byte text',
      body: gzipSync(filled(size, skipped), { level: 1 }),
      status: 202,
    },
    { name: 'empty objects', body: gzipSync(filled(size, '{}'), { level: 1 }), status: 400 },
    { name: 'good samples', body: gzipSync(filled(size, sample), { level: 1 }), status: 202 },
    { name: 'good samples, as they are', body: filled(sent, sample), status: 202 },
    {
      name: 'samples that are a MiB of brackets each',
      body: gzipSync(filled(size, `[${'[],'.repeat(300_000)}1]`), { level: 1 }),
      status: 400,
    },
    {
      name: 'an envelope of nothing but brackets',
      body: filled(3.9, '[]', `{"samples":[${sample}],"a":[`, ']}'),
      status: 202,
    },
    {
      name: 'many deletions behind the samples',
      body: gzipSync(
        filled(size, sample, '{"samples":[', `],"deletedSamples":${JSON.stringify(deletions)}}`),
        { level: 1 },
      ),
      status: 202,
    },
    {
      name: 'good samples, a line each',
      contentType: 'application/x-ndjson',
      body: Buffer.from(`{}\n${`${sample}\n`.repeat(Math.floor((sent * mib) / (sample.length + 1)))}`),
      status: 202,
    },
  ].map((worst) => ({ contentType: json, ...worst }));
}
