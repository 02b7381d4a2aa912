import assert from 'node:assert/strict';
import { prepare } from '../../../../src/domain/analysis/prepare.ts';
import { analysisOf, beats, during, section, sleep } from '../../../support/analysis.ts';

describe('the window of an analysis', () => {
  const lastDay = during('heartRate', 6 * 1440 + 600, 6 * 1440 + 600, 60);

  it('needs a sample', () => {
    assert.equal(prepare([], 7), undefined);
  });

  it('has the whole of the night that ends on its first day, also what was before that day', () => {
    const evening = [sleep('core', -150, -90), sleep('deep', -90, -30)];
    const samples = [...evening, sleep('core', -30, 400), ...beats(600, 610, 70), lastDay];
    const [night, ...others] = section(analysisOf(samples).sleep).nights;
    assert.deepEqual(
      [night!.day, night!.start, night!.tstMinutes, others.length],
      ['2025-06-10', '2025-06-09T21:30:00.000Z', 550, 0],
    );
  });

  it('looks at nothing that ended more than a day before it', () => {
    const old = during('heartRate', -1442, -1441, 60);
    const recent = during('heartRate', -1440, -1440, 60);
    const { samples } = prepare([old, recent, ...beats(600, 610, 70), lastDay], 7)!;
    assert.ok(!samples.includes(old) && samples.includes(recent));
  });
});
