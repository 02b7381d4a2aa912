// Loaded before a program (`node --import`): leaves its peak memory, in KiB, in the file PEAK_MEMORY_FILE.
import { writeFileSync } from 'node:fs';
import { peakRssKib } from './peak-rss.ts';

process.on('exit', () => {
  writeFileSync(process.env.PEAK_MEMORY_FILE!, String(peakRssKib()));
});
