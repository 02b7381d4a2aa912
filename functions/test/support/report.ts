import { OfflinePerson } from '../../../scripts/analyze/offline-person.ts';
import { offlineReport } from '../../../scripts/report/offline-report.ts';
import { sampleWeek, type SampleWeekOptions } from '../../../scripts/sample-data/sample-week.ts';
import type { Language } from '../../src/domain/languages.ts';
import { readSample, type Sample } from '../../src/domain/samples/sample.ts';
import type { WeeklyReport } from '../../src/domain/narrative/weekly-report.ts';

/** The report of some samples, made as the offline command makes it. */
export async function reportOf(samples: readonly Sample[], language: Language = 'en'): Promise<WeeklyReport> {
  const person = new OfflinePerson();
  await person.add(samples);
  return (await offlineReport(person, language))!;
}

/** The samples of a made-up recording. */
export function sampleWeekSamples(options: SampleWeekOptions = {}): Sample[] {
  const { samples, timestamp, deviceInfo } = sampleWeek(options);
  const context = { timeZone: deviceInfo.timeZone, receivedAt: Date.parse(timestamp) };
  return samples.map((raw) => readSample(raw, '', context) as Sample);
}
