import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { readRecording } from '../../functions/src/ingest/read-recording.ts';
import { uniqueSamples } from '../../functions/src/domain/samples/origins.ts';
import type { Sample } from '../../functions/src/domain/samples/sample.ts';
import { minuteMs } from '../../functions/src/domain/time.ts';
import { reportPage } from '../../functions/src/report/page.ts';
import { reportOf } from '../../functions/test/support/report.ts';
import { sharedFolder } from '../../functions/test/support/shared-data.ts';
import { skip } from '../../functions/test/support/skip.ts';
import { byTier } from '../../functions/test/support/tier.ts';
import { root } from '../lib/root.ts';
import { accelNights } from '../models/sleep/accel.ts';
import {
  endOf,
  heartRateSamples,
  nrem,
  unscored,
  wake,
  type ScoredNight,
} from '../models/sleep/scored-night.ts';
import { toldWeeks, type ToldWeek } from './told.ts';

/** Not in git: pages of other people's measurements. */
const pictures = path.join(root, '.people');

async function samplesIn(file: string): Promise<Sample[]> {
  const samples: Sample[] = [];
  await readRecording(() => fs.createReadStream(file), {
    contentType: file.includes('.ndjson') ? 'application/x-ndjson' : 'application/json',
    receivedAt: Date.now(),
    maxBytes: Infinity,
    onEnvelope: () => Promise.resolve(undefined),
    onSamples: (some) => void samples.push(...some),
  });
  return [...uniqueSamples(samples)];
}

/** Nights that are told through stretches in which nothing was worn. */
function contradictions({ analysis }: ToldWeek): string[] {
  if (!('nights' in analysis.sleep)) return [];
  const told = analysis.sleep.nights.filter(({ partial }) => !partial);
  return told.flatMap(({ day, onset, wake }) =>
    analysis.coverage.gaps
      .filter(({ start, end }) => {
        const [from, to] = [onset! > start ? onset! : start, wake! < end ? wake! : end];
        return Date.parse(to) - Date.parse(from) > 30 * minuteMs;
      })
      .map(({ start }) => `${day}: nothing was worn from ${start} on`),
  );
}

describe('what is told of real people', () => {
  const recordings = sharedFolder('data/recordings');
  const accel = sharedFolder('data/sleep-accel');

  it('contradicts no gap, and names no watch where there is none', async function () {
    if (recordings.lacking) skip(this, recordings.lacking);
    this.timeout(120_000);
    fs.mkdirSync(pictures, { recursive: true });
    const files = fs.readdirSync(recordings.folder).filter((name) => name.endsWith('.gz'));
    assert.ok(files.length > 5);
    for (const name of files) {
      const samples = await samplesIn(path.join(recordings.folder, name));
      const weeks = await toldWeeks(samples);
      // To be looked at: the report of the last days.
      fs.writeFileSync(path.join(pictures, `${name}.html`), reportPage(await reportOf(samples)));
      assert.deepEqual(weeks.flatMap(contradictions), [], name);
      for (const { text, analysis } of weeks) {
        if (name.startsWith('tracker')) assert.doesNotMatch(text, /watch|wore|wear/i, name);
        // Nobody told a time in bed, and nobody told sleep: there is no efficiency and no measured night.
        assert.doesNotMatch(text, /time in bed|nights? (was|were) measured\./, name);
        const codes =
          'missingNights' in analysis.sleep ? analysis.sleep.missingNights.map(({ code }) => code) : [];
        if (name.startsWith('watch')) assert.ok(!codes.includes('no-samples'), name);
      }
    }
  });

  it('holds the sleep that polysomnography scored in nine of ten intervals', async function () {
    if (accel.lacking) skip(this, accel.lacking);
    this.timeout(120_000);
    const nights = accelNights(accel.folder).slice(0, byTier(31, 12));
    const told = [];
    for (const night of nights) {
      const found = await estimateOf(night);
      if (found) told.push(found);
    }
    // Where the readings end with the night, or before it is over, nothing is told of it.
    assert.ok(told.length >= nights.length / 2, `${told.length} of ${nights.length} told`);
    const held = told.filter(({ truth, low, high }) => truth >= low && truth <= high);
    assert.ok(held.length >= 0.85 * told.length, `${held.length} of ${told.length}: ${JSON.stringify(told)}`);
  });
});

/** What is told of the laboratory night, of which only heart rate is known; undefined where nothing is. */
async function estimateOf(scored: ScoredNight) {
  const samples = heartRateSamples(scored).sort((a, b) => a.start - b.start);
  const [start, end] = [scored.start, endOf(scored)];
  for (const { analysis } of await toldWeeks(samples)) {
    const { sleep } = analysis;
    if (!('nights' in sleep)) continue;
    const night = sleep.nights.find(
      ({ estimated, onset, wake: woke }) =>
        estimated && Date.parse(onset!) < end && Date.parse(woke!) > start,
    );
    if (!night) continue;
    const truth = scored.stages.filter(
      (stage) => stage !== unscored && stage !== wake && stage >= nrem,
    ).length;
    return { person: scored.person, truth, ...night.estimated!.tstMinutes };
  }
  return undefined;
}
