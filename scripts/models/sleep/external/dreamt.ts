// DREAMT (Wang 2024, doi:10.13026/62an-cb28): 100 nights of sleep clinic patients with a wrist-worn Empatica E4, scored by
// technicians. Read are the features by epoch of 30 s that its authors publish in github.com/WillKeWang/DREAMT_FE, in
// dataset_sample/features_df.
import fs from 'node:fs';
import path from 'node:path';
import { minuteStages, nrem, rem, unscored, wake, type ScoredNight } from '../scored-night.ts';

const start = Date.parse('2024-01-01T22:30:00Z'); // there is no clock in it
const stageOf: Record<string, number> = { W: wake, N1: nrem, N2: nrem, N3: nrem, R: rem };
const columns = ['timestamp_start', 'HR_mean', 'Sleep_Stage'] as const;

/** @throws RangeError for a file without the columns */
export function dreamtNights(folder: string): ScoredNight[] {
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('_domain_features_df.csv'))
    .sort()
    .map((name) => {
      const [head = '', ...lines] = fs.readFileSync(path.join(folder, name), 'utf8').trimEnd().split('\n');
      const [time, rate, stage] = columns.map((column) => {
        const index = head.split(',').indexOf(column);
        if (index < 0) throw new RangeError(`${name} has no column ${column}.`);
        return index;
      }) as [number, number, number];
      const rows = lines.map((line) => line.split(','));
      // `P` is the preparation before lights off.
      const lightsOff = Number(rows.find((row) => row[stage]! in stageOf)?.[time]);
      const epochs: number[] = [];
      for (const row of rows) {
        const epoch = Math.round((Number(row[time]) - lightsOff) / 30);
        if (epoch >= 0) epochs[epoch] = stageOf[row[stage]!] ?? unscored;
      }
      const readings = rows
        .map((row) => ({ at: start + 1000 * (Number(row[time]) - lightsOff), bpm: Number(row[rate] || NaN) }))
        .filter(({ bpm }) => Number.isFinite(bpm));
      const all = Array.from(epochs, (epoch: number | undefined) => epoch ?? unscored);
      return { person: name.split('_')[0]!, start, stages: minuteStages(all), readings };
    });
}
