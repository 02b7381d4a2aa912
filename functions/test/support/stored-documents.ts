import { readFileSync } from 'node:fs';
import { formulaVersion, type DaySummary } from '../../src/domain/analysis/day-summary.ts';
import type { WeekResult } from '../../src/workflows/ports.ts';
import { parseStored, storedAnalysis, storedNarrative, type Fields } from '../../src/contract/stored.ts';

/** A document as that version of the product has written it (fixtures/documents-v1, -v2); they are kept for ever. */
export function documentOf(version: 1 | 2, name: string): Fields {
  const file = new URL(`../fixtures/documents-v${version}/${name}.json`, import.meta.url);
  const revived = JSON.parse(readFileSync(file, 'utf8'), (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'date' in value ? new Date(value.date as string) : value,
  ) as Fields;
  return revived;
}

/** The analysis and the narrative of a whole week. */
export const someAnalysis = () => parseStored(storedAnalysis, documentOf(2, 'analysis'));
export const someNarrative = () => parseStored(storedNarrative, documentOf(1, 'narrative'));

/** What is stored of an ISO week, told apart by its `content`. */
export const someWeek = (monday: string, content = 'content'): WeekResult => ({
  mark: {
    monday,
    digest: { monday, sleepBins: Array.from({ length: 48 }, () => 0), sleepDays: 0, nights: [] },
    content,
    summaries: { [monday]: 'summary' },
  },
  analysis: someAnalysis(),
  narrative: someNarrative(),
});

export const someSummary = (day: string): DaySummary => ({
  schemaVersion: 1,
  formulaVersion,
  day,
  timeZone: 'UTC',
  complete: true,
  wornMinutes: 1440,
  sources: ['watch'],
  steps: 8000,
  distanceMeters: 6000.5,
  activeMinutes: 30,
  exerciseMinutes: null,
  flightsClimbed: null,
  activeEnergyKcal: null,
  basalEnergyKcal: null,
  night: null,
  missingNight: 'night-not-found',
  naps: [{ start: `${day}T12:00:00.000Z`, end: `${day}T12:30:00.000Z`, tstMinutes: 30 }],
  sleep24hMinutes: null,
  restingHeartRateBpm: 58,
  lowestSleepingHeartRateBpm: null,
  hrvMs: null,
  breathsPerMinute: null,
  oxygen: null,
  wristCelsius: null,
  workouts: [{ activityType: 37, start: `${day}T17:00:00.000Z`, minutes: 42 }],
  measures: { bodyMass: { value: 70, n: 1, source: 'other', unit: 'kg' } },
});
