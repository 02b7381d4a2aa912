import assert from 'node:assert/strict';
import { analysisLines, narrativeLines } from './journey-report.ts';

describe('report of a journey', () => {
  it('gives each section of an analysis a line: its values, one level deep, or why there are none', () => {
    const lines = analysisLines({
      window: { start: new Date('2026-07-01T00:00:00Z'), timeZone: 'Europe/Berlin', days: [1, 2] },
      cardio: { resting: { bpm: 54.96, deeper: { hidden: 1 } }, walkingBpm: 97 },
      sleep: { unavailable: 'recording/not-enough-wear' },
      embedding: { hidden: 1 },
    });
    assert.deepEqual(lines, [
      'window       start 2026-07-01T00:00:00.000Z, timeZone Europe/Berlin, days 2 entries',
      'sleep        unavailable (recording/not-enough-wear)',
      'cardio       resting.bpm 55.0, walkingBpm 97',
    ]);
  });

  it('gives the text of a narrative, and who wrote it', () => {
    const narrative = {
      source: 'gemini' as const,
      modelVersion: 'stand-in for gemini',
      summary: 'S.',
      highlights: ['H.'],
      suggestions: ['G.'],
    };
    assert.deepEqual(narrativeLines(narrative), [
      '(written by a stand-in for Gemini from your numbers, each checked)',
      'S.',
      'H.',
      '  > G.',
    ]);
  });
});
