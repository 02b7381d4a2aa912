// BIDSleep (Song 2026, doi:10.13026/a0sy-7t69): up to seven nights at home of each of 47 healthy people with an Apple Watch, scored
// by the EEG of a headband. Read are BidslabXX/N/hr.csv as PhysioNet gives it, and BidslabXX/N/labels.csv: the stages of its
// labels.mat, written out as `second,stage` (README.md says how).
import fs from 'node:fs';
import path from 'node:path';
import { minuteMs } from '../../../../functions/src/domain/time.ts';
import { minuteStages, nrem, rem, unscored, wake, type ScoredNight } from '../scored-night.ts';

const stageOf: Record<string, number> = { W: wake, N1: nrem, N2: nrem, N3: nrem, R: rem };

export function bidsleepNights(folder: string): ScoredNight[] {
  return fs
    .readdirSync(folder)
    .filter((name) => /^Bidslab\d+$/.test(name))
    .sort()
    .flatMap((person) =>
      fs
        .readdirSync(path.join(folder, person))
        .filter((night) => /^\d+$/.test(night))
        .sort()
        .map((night) => nightOf(person, path.join(folder, person, night))),
    );
}

function nightOf(person: string, folder: string): ScoredNight {
  const readings = rowsOf(path.join(folder, 'hr.csv'))
    .map(([second, bpm]) => ({ at: Math.round(1000 * Number(second)), bpm: Number(bpm) }))
    .sort((a, b) => a.at - b.at);
  const labels = rowsOf(path.join(folder, 'labels.csv'));
  const first = 1000 * Number(labels[0]![0]);
  // A minute of the clock is a minute of the product: the part before the first whole one is left out.
  const start = Math.ceil(first / minuteMs) * minuteMs;
  const epochs: number[] = [];
  for (const [second, stage] of labels) {
    const epoch = Math.round((1000 * Number(second) - start) / (minuteMs / 2));
    if (epoch >= 0) epochs[epoch] = stageOf[stage!] ?? unscored;
  }
  const all = Array.from(epochs, (epoch: number | undefined) => epoch ?? unscored);
  return { person, start, stages: minuteStages(all), readings };
}

function rowsOf(file: string): string[][] {
  const lines = fs.readFileSync(file, 'utf8').trim().split(/\r?\n/);
  return lines.map((line) => line.split(','));
}
