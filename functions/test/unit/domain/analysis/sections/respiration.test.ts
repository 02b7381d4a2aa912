import assert from 'node:assert/strict';
import type { SampleType } from '../../../../../src/domain/samples/sample-types.ts';
import { analysisOf, during, section, sleep } from '../../../../support/analysis.ts';

describe('respiration', () => {
  it('breathes night by night, and over the nights: what was measured by day is in none of it', () => {
    const value = (type: SampleType, minute: number, of: number) => during(type, minute, minute, of);
    const { nights, breathing, oxygen } = section(
      analysisOf([
        sleep('core', 0, 420),
        sleep('core', 1440, 1860),
        value('respiratoryRate', 0, 14),
        value('respiratoryRate', 400, 16),
        value('respiratoryRate', 420, 20),
        value('oxygenSaturation', 1500, 0.97),
        value('oxygenSaturation', 1600, 0.89),
        value('oxygenSaturation', 1700, 0.95),
      ]).respiration,
    );
    assert.deepEqual(
      nights.map(({ day, breathing: rate, oxygen: share }) => [
        day,
        rate?.median,
        rate?.n,
        share?.median,
        share?.shareBelow90,
      ]),
      [
        ['2025-06-10', 15, 2, undefined, undefined],
        ['2025-06-11', undefined, undefined, 0.95, 1 / 3],
      ],
    );
    assert.equal(section(breathing).median, 15);
    assert.equal(section(oxygen).n, 3);
  });
});
