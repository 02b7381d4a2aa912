import assert from 'node:assert/strict';
import { addDays } from '../../../src/domain/local-time.ts';
import { available, type Fact } from '../../../src/domain/narrative/facts.ts';
import { sampleWeek } from '../../../../scripts/sample-data/sample-week.ts';
import { json, sentSample, uid, world, type Sent } from '../../support/build.ts';

const today = '2025-06-11';
const thisMonday = '2025-06-09';
const lastMonday = '2025-06-02';
/** The last day that today's week is compared with. */
const dayBefore = '2025-06-04';

/** Many steps in the morning of some days. */
const walks = (...days: string[]): Sent[] =>
  days.map((day) =>
    sentSample({ startDate: `${day}T09:00:00+02:00`, endDate: `${day}T10:00:00+02:00`, value: 9000 }),
  );

/** Three weeks of somebody are known; what is sent then, and what is read and said. */
async function known() {
  const { receive, analyze, ports, state } = world();
  const read: string[] = [];
  const { samples, week } = ports.histories;
  ports.histories.samples = (of, first, last) => {
    read.push(first);
    return samples(of, first, last);
  };
  ports.histories.week = (of, monday) => {
    read.push(monday);
    return week(of, monday);
  };
  const send = async (recording: object) => {
    read.length = 0;
    const { uploadId } = await receive(json({ timeZone: 'Europe/Berlin', ...recording }));
    assert.equal(await analyze(uploadId), 'analyzed');
    return { first: read.toSorted()[0] };
  };
  const latest = async () => {
    const [newest] = await ports.analyses.newest(uid, 1);
    return (await ports.narratives.find({ uid, uploadId: newest!.uploadId }))!.facts;
  };
  await send(sampleWeek({ days: 21, endDay: today }));
  return { send, latest, ports, state };
}

const steps = (facts: readonly Fact[]): Fact => facts.find(({ id }) => id === 'activity.steps')!;

describe('what a week is compared with', () => {
  it('is looked up once a day, and not again by every upload', async () => {
    const { send, latest, state } = await known();
    const said = steps(await latest());
    const at = (time: string) => ({
      samples: [sentSample({ startDate: `${today}T${time}:00+02:00`, endDate: `${today}T${time}:30+02:00` })],
    });
    await send(at('20:00'));
    const { earlier } = state.personStates.get(`users/${uid}/private/state`)!;
    assert.deepEqual(
      earlier.map(({ day }) => day),
      [dayBefore, addDays(thisMonday, -1)],
    );
    const { first } = await send(at('21:00'));
    // The week before its own, in which the night begins that ends on its Monday; and none before that.
    assert.equal(first, lastMonday);
    assert.equal(steps(await latest()).earlier, said.earlier);
    assert.deepEqual(state.personStates.get(`users/${uid}/private/state`)!.earlier, earlier);
  });

  it('is looked up again once a sample of it comes late, and the texts that compare with it are told anew', async () => {
    const { send, latest, ports } = await known();
    const before = steps(await latest());
    await send({ samples: walks('2025-05-30', '2025-05-31', '2025-06-02', '2025-06-03') });
    const after = steps(await latest());
    assert.equal(after.value, before.value);
    assert.ok(after.earlier! > before.earlier! + 4000, `${before.earlier} and ${after.earlier}`);
    const [weekBefore, week] = await Promise.all(
      [lastMonday, thisMonday].map((monday) => ports.histories.week(uid, monday)),
    );
    const { activity } = weekBefore!.analysis;
    assert.ok(available(activity));
    // Of two complete days the week itself says too little to be compared.
    const { earlier } = steps(week!.narrative.facts);
    assert.ok(earlier === undefined || earlier === Math.round(activity.steps!.mean));
  });

  it('is told anew in the text of the week that follows, also when that week is over', async () => {
    const { send, ports } = await known();
    const earlierOf = async (monday: string) =>
      steps((await ports.histories.week(uid, monday))!.narrative.facts).earlier!;
    const before = await earlierOf(lastMonday);
    await send({ samples: walks('2025-05-27', '2025-05-28', '2025-05-29') });
    assert.ok((await earlierOf(lastMonday)) > before + 3000);
  });
});
