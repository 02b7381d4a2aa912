// Reads one bomb, in a process of its own whose memory can be measured: node bomb.ts FORMAT UNIT MIB
// Tells the code of its fault and by how many MiB the process grew.
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { peakRssKib } from '../../../scripts/bench/peak-rss.ts';
import { faultOf } from '../../src/domain/fault.ts';
import { readRecording } from '../../src/ingest/read-recording.ts';

const mib = 1024 * 1024;
const [format, unit, size] = process.argv.slice(2) as ['json' | 'ndjson', string, string];

function* plain(): Generator<string> {
  yield format === 'json' ? '{"samples":[' : '{"deviceInfo":{}}\n';
  const block = unit.repeat(Math.floor(65_536 / unit.length));
  for (let bytes = 0; bytes < Number(size) * mib; bytes += block.length) yield block;
  yield format === 'json' ? '1]}' : '\n';
}

const bomb = await buffer(Readable.from(plain()).pipe(createGzip({ level: 1 })));
const before = process.memoryUsage().rss;
const code = await readRecording(() => Readable.from([bomb]), {
  contentType: format === 'json' ? 'application/json' : 'application/x-ndjson',
  receivedAt: Date.now(),
  maxBytes: 256 * mib,
  onEnvelope: () => Promise.resolve('UTC'),
}).then(
  () => null,
  (error: unknown) => faultOf(error).code,
);
const peak = peakRssKib() * 1024;
console.log(JSON.stringify({ code, bombMib: bomb.length / mib, grownMib: (peak - before) / mib }));
