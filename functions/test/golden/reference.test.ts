import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  coleKripke,
  coleKripkeRescored,
  oakley,
  sadeh,
  scripps,
} from '../../src/domain/metrics/actigraphy.ts';
import { cosinor } from '../../src/domain/metrics/cosinor.ts';
import {
  averageDailyTotal,
  interdailyStability,
  intradailyVariability,
  rhythm,
  transitionRates,
  type ActivitySeries,
} from '../../src/domain/metrics/rhythm.ts';
import { sharedFolder } from '../support/shared-data.ts';
import { skip } from '../support/skip.ts';

/** Recordings of minute counts, and what pyActigraphy 1.2.2 computed on them. They are not part of the repository. */
const { folder, lacking } = sharedFolder('data/reference');

interface Metrics {
  IS_1h: number;
  IV_1h: number;
  RA: number;
  L5: number;
  M10: number;
  L5_onset: string;
  M10_onset: string;
}
interface Recording {
  file: string;
  epochs: number;
  sum: number;
  raw: Metrics;
  binarized_thr4: Metrics;
  ADAT_raw: number;
  ADAT: number;
  kRA_thr4: number;
  kAR_thr4: number;
  cosinor_ols_midnight: { mesor: number; amplitude: number; acrophase_hours: number; r2: number };
}

const names = ['example_01_AWD', 'test_sample_aw4_AWD'];
const read = (name: string) => readFileSync(join(folder, name), 'utf8').trim().split('\n').slice(1);

function activity(file: string): ActivitySeries {
  const rows = read(file).map((row) => row.split(','));
  return {
    values: Float64Array.from(rows, (row) => Number(row[1])),
    clockMinutes: Uint16Array.from(rows, (row) => {
      const [hours, minutes] = row[0]!.slice(11, 16).split(':').map(Number);
      return hours! * 60 + minutes!;
    }),
  };
}

function near(actual: number | null | undefined, expected: number, tolerance: number, what: string) {
  assert.ok(typeof actual === 'number', `${what} is ${actual}`);
  const error = Math.abs(actual / expected - 1);
  assert.ok(error <= tolerance, `${what}: ${actual} is not ${expected}, relative error ${error}`);
}

describe('reference recordings', () => {
  before(function () {
    if (lacking) skip(this, lacking);
  });

  for (const name of names) {
    describe(name, () => {
      let expected: Recording;
      let series: ActivitySeries;
      let binarized: ActivitySeries;

      before(() => {
        const json = readFileSync(join(folder, 'pyactigraphy_reference.json'), 'utf8');
        expected = (JSON.parse(json) as { recordings: Record<string, Recording> }).recordings[name]!;
        series = activity(expected.file);
        binarized = { ...series, values: series.values.map((value) => (value > 4 ? 1 : 0)) };
      });

      it('is read whole', () => {
        assert.equal(series.values.length, expected.epochs);
        assert.equal(
          series.values.reduce((sum, value) => sum + value),
          expected.sum,
        );
      });

      for (const kind of ['raw', 'binarized_thr4'] as const) {
        it(`gives the reference values of IS, IV, L5, M10 and RA, ${kind}`, () => {
          const actual = rhythm(kind === 'raw' ? series : binarized);
          near(actual.is, expected[kind].IS_1h, 1e-9, 'IS');
          near(actual.iv, expected[kind].IV_1h, 1e-9, 'IV');
          near(actual.l5?.mean, expected[kind].L5, 1e-9, 'L5');
          near(actual.m10?.mean, expected[kind].M10, 1e-9, 'M10');
          near(actual.ra, expected[kind].RA, 1e-9, 'RA');
          assert.equal(`${actual.l5?.onset}:00`, expected[kind].L5_onset);
          assert.equal(`${actual.m10?.onset}:00`, expected[kind].M10_onset);
        });
      }

      it('gives the reference values of ADAT', () => {
        near(averageDailyTotal(series), expected.ADAT_raw, 1e-9, 'ADAT, raw');
        near(averageDailyTotal(binarized), expected.ADAT, 1e-9, 'ADAT, binarized');
      });

      it('gives the reference values of kRA and kAR', () => {
        const actual = transitionRates(series.values, 4);
        near(actual.kRa, expected.kRA_thr4, 1e-9, 'kRA');
        near(actual.kAr, expected.kAR_thr4, 1e-9, 'kAR');
      });

      it('gives the reference values of the cosinor', () => {
        const actual = cosinor(series.values, series.clockMinutes);
        near(actual?.mesor, expected.cosinor_ols_midnight.mesor, 1e-9, 'MESOR');
        near(actual?.amplitude, expected.cosinor_ols_midnight.amplitude, 1e-9, 'amplitude');
        near(actual?.acrophaseHour, expected.cosinor_ols_midnight.acrophase_hours, 1e-9, 'acrophase');
        near(actual?.r2, expected.cosinor_ols_midnight.r2, 1e-9, 'R2');
      });

      const algorithms: Record<string, (values: Float64Array) => Uint8Array> = {
        ColeKripke_mean_norescore: coleKripke,
        ColeKripke_mean_rescore: coleKripkeRescored,
        Sadeh: sadeh,
        Scripps: scripps,
        Oakley_20: (values) => oakley(values, 20),
        Oakley_40: (values) => oakley(values),
        Oakley_80: (values) => oakley(values, 80),
        Oakley_auto: (values) => oakley(values, 'auto'),
      };
      for (const [algorithm, score] of Object.entries(algorithms)) {
        it(`gives every epoch the reference score of ${algorithm}`, () => {
          const reference = read(`${name}.${algorithm}.csv`).map(Number);
          const actual = score(series.values);
          assert.equal(actual.length, reference.length);
          const wrong = reference.flatMap((value, i) => (value === actual[i] ? [] : [i]));
          assert.deepEqual(wrong, []);
        });
      }
    });
  }

  it('differ enough to tell an hourly bin from the wrong one', () => {
    // The series started one minute later has other hours, so it must not pass for the same.
    const { values, clockMinutes } = activity(`${names[0]}.csv`);
    const later = { values: values.slice(1), clockMinutes: clockMinutes.slice(1) };
    const whole = { values, clockMinutes };
    assert.ok(Math.abs(interdailyStability(later)! / interdailyStability(whole)! - 1) > 1e-6);
    assert.ok(Math.abs(intradailyVariability(later)! / intradailyVariability(whole)! - 1) > 1e-6);
  });
});
