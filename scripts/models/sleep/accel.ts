// PhysioNet sleep-accel 1.0.0 (Walch 2019, doi:10.13026/hmhs-py35, ODC-BY 1.0): 31 nights in a laboratory, and the heart rate of
// up to a week before each.
import fs from 'node:fs';
import path from 'node:path';
import { minuteStages, nrem, rem, unscored, wake, type ScoredNight } from './scored-night.ts';

/** The data set has no clock: every night is said to begin at this one. */
const start = Date.parse('2019-03-08T22:30:00Z');
const stageOf: Record<number, number> = { 0: wake, 1: nrem, 2: nrem, 3: nrem, 4: nrem, 5: rem };

/** The nights of the folder that PhysioNet gives, by person. */
export function accelNights(folder: string): ScoredNight[] {
  return fs
    .readdirSync(path.join(folder, 'heart-rate'))
    .map((name) => name.split('_')[0]!)
    .sort((a, b) => Number(a) - Number(b))
    .map((person) => {
      const epochs: number[] = [];
      for (const [second, label] of rowsOf(path.join(folder, 'labels', `${person}_labeled_sleep.txt`))) {
        epochs[second! / 30] = stageOf[label!] ?? unscored;
      }
      const readings = rowsOf(path.join(folder, 'heart-rate', `${person}_heartrate.txt`))
        .map(([second, bpm]) => ({ at: start + Math.round(1000 * second!), bpm: bpm! }))
        .sort((a, b) => a.at - b.at);
      const all = Array.from(epochs, (epoch: number | undefined) => epoch ?? unscored);
      return { person, start, stages: minuteStages(all), readings };
    });
}

/** Rows of numbers, with commas or with spaces between. */
function rowsOf(file: string): number[][] {
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => line.split(/[ ,]/).map(Number));
}
