import assert from 'node:assert/strict';
import { temporaryFolder } from '../../../../functions/test/support/temporary-folder.ts';
import { minuteMs } from '../../../../functions/src/domain/time.ts';
import { bidsleepNights } from './bidsleep.ts';
import { dreamtNights } from './dreamt.ts';

describe("other people's nights", () => {
  const folder = temporaryFolder();

  it('are read as DREAMT_FE publishes them: from lights off on, by minute', () => {
    folder.write(
      'S002_domain_features_df.csv',
      `HRV_SDNN,HR_mean,ACC_INDEX,timestamp_start,Sleep_Stage,artifact,sid
41.2,80,0.1,24.0,P,0,S002
41.2,70,0.1,54.0,W,0,S002
41.2,68,0.1,84.0,N1,0,S002
41.2,66,0.1,114.0,N2,0,S002
41.2,64,0.1,144.0,N3,0,S002
41.2,,0.1,174.0,R,1,S002
41.2,62,0.1,204.0,Missing,0,S002
41.2,60,0.1,264.0,R,0,S002
41.2,61,0.1,294.0,R,0,S002
`,
    );
    folder.write('participant_info.csv', 'SID,AGE\n');
    const [night, ...others] = dreamtNights(folder.path());
    assert.equal(others.length, 0);
    assert.equal(night!.person, 'S002');
    // Half a minute awake is a minute awake; 234 s is missing altogether.
    assert.deepEqual([...night!.stages], [0, 1, 2, 2, 2]);
    assert.deepEqual(
      night!.readings.map(({ at, bpm }) => [(at - night!.start) / 1000, bpm]),
      [
        [-30, 80],
        [0, 70],
        [30, 68],
        [60, 66],
        [90, 64],
        [150, 62],
        [210, 60],
        [240, 61],
      ],
    );
  });

  it('are refused where a column of DREAMT_FE is not there', () => {
    folder.write('S003_domain_features_df.csv', 'HR_mean,Sleep_Stage\n70,W\n');
    assert.throws(() => dreamtNights(folder.path()), /S003.* has no column timestamp_start/);
  });

  it('are read as BIDSleep publishes them: on the clock, with several nights of a person', () => {
    // 2024-01-01T22:29:40Z
    const first = 1704148180;
    const readings = Array.from({ length: 10 }, (_, i) => `${first + 5 * i}.25,${60 + i}`);
    const stages = ['W', 'W', 'N1', 'N2', 'N3', 'R', 'R', 'U', 'U', 'W'];
    for (const night of ['1', '2']) {
      folder.write(`Bidslab07/${night}/hr.csv`, readings.join('\r\n'));
      folder.write(
        `Bidslab07/${night}/labels.csv`,
        stages.map((stage, i) => `${first + 20 + 30 * i},${stage}`).join('\n'),
      );
    }
    folder.write('README.md', '');
    const nights = bidsleepNights(folder.path());
    assert.deepEqual(
      nights.map(({ person }) => person),
      ['Bidslab07', 'Bidslab07'],
    );
    const [night] = nights;
    assert.equal(night!.start, Date.parse('2024-01-01T22:30:00Z'));
    assert.equal(night!.start % minuteMs, 0);
    assert.deepEqual([...night!.stages], [0, 1, 1, 2, 0]);
    assert.deepEqual(night!.readings[0], { at: 1000 * first + 250, bpm: 60 });
  });
});
