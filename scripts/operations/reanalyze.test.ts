import assert from 'node:assert/strict';
import { modelVersion, reanalyze, type Options } from './reanalyze.ts';
import command from '../commands/reanalyze.ts';
import { servePerson } from '../../functions/src/workflows/serve-person.ts';
import type { Ports } from '../../functions/src/workflows/ports.ts';
import { commit, sampleOf, world } from '../../functions/test/support/build.ts';
import { ran } from '../../functions/test/support/commands.ts';
import { someWeek } from '../../functions/test/support/stored-documents.ts';

const mondays = ['2025-06-02', '2025-06-09'] as const;

/** People with samples of two weeks, and with results that an older release has left. */
async function people(...uids: string[]) {
  const there = world();
  const { state, ports } = there;
  for (const uid of uids) {
    const samples = mondays.map((week) => ({
      week,
      samples: [sampleOf('heartRate', `${week}T12:00`)],
      origins: [['upload-1']],
    }));
    const [first, last] = mondays.map((monday) => someWeek(monday));
    const old = {
      ...first!,
      analysis: { ...first!.analysis, models: [{ name: 'sleep-tcn', version: '9', sha256: '' }] },
    };
    const newer = {
      ...last!,
      analysis: { ...last!.analysis, models: [{ name: 'sleep-tcn', version: '10', sha256: '' }] },
    };
    const weeks = new Map([old, newer].map((week) => [week.mark.monday, week]));
    await commit(ports, uid, { samples, weeks });
  }
  const lines: string[] = [];
  const waits: number[] = [];
  const surroundings = {
    say: (line: string) => void lines.push(line),
    wait: (ms: number) => Promise.resolve(void waits.push(ms)),
  };
  const run = (options: Partial<Options> = {}, changed: Partial<Ports> = {}) =>
    reanalyze(
      { ...ports, ...changed },
      {
        uid: undefined,
        since: undefined,
        olderThan: undefined,
        after: undefined,
        apply: false,
        rate: 10,
        ...options,
      },
      surroundings,
    );
  const dirtyOf = async (uid: string) => (await ports.histories.state(uid)).state.dirty;
  return { ...there, run, lines, waits, dirtyOf, asked: () => state.requests.map(({ uid }) => uid) };
}

describe('npm run reanalyze', () => {
  it('only says what it would do, until it is told to do it', async () => {
    const { run, lines, dirtyOf, asked } = await people('one', 'two');
    assert.equal(await run(), 0);
    assert.deepEqual(lines, [
      'one  4 weeks',
      'two  4 weeks',
      '2 people, 8 weeks; --apply has them computed again',
    ]);
    assert.deepEqual([await dirtyOf('one'), asked()], [[], []]);
  });

  it('notes the weeks, with those beside them in other zones, and asks for them, people by people at a rate', async () => {
    const { run, lines, waits, dirtyOf, asked, ports } = await people('one', 'two');
    assert.equal(await run({ apply: true, rate: 4 }), 0);
    assert.deepEqual(await dirtyOf('two'), ['2025-05-26', '2025-06-02', '2025-06-09', '2025-06-16']);
    assert.deepEqual([asked(), waits, lines.at(-1)], [['one', 'two'], [250, 250], '2 people, 8 weeks']);
    assert.notEqual((await ports.histories.state('one')).state.nextLook, null, 'the sweep finds it as well');
  });

  it('has them computed by whoever takes the message: what the samples say stands there again', async () => {
    const { run, state, ports, dirtyOf } = await people('one');
    await run({ apply: true });
    await servePerson(ports, state.requests[0]!);
    assert.deepEqual(await dirtyOf('one'), []);
    const week = (await ports.histories.week('one', mondays[0]))!;
    assert.deepEqual(week.analysis.coverage.samples, 1);
    assert.notEqual(week.mark.content, 'content');
  });

  it('chooses a person, weeks from a day on, or those of an older version of a model, as versions are counted', async () => {
    const { run, dirtyOf, asked } = await people('one', 'two');
    await run({ apply: true, uid: 'two', since: '2025-06-15' });
    assert.deepEqual([await dirtyOf('one'), await dirtyOf('two')], [[], ['2025-06-09', '2025-06-16']]);
    await run({ apply: true, uid: 'one', olderThan: modelVersion('sleep-tcn@10') });
    assert.deepEqual(await dirtyOf('one'), ['2025-06-02']);
    assert.equal(await run({ apply: true, olderThan: modelVersion('another@11') }), 0);
    assert.deepEqual(asked(), ['two', 'one']);
  });

  it('goes on after the last person that was named, and through all pages', async () => {
    const names = Array.from({ length: 401 }, (_, i) => `person-${1000 + i}`);
    const { run, lines } = await people(...names);
    await run({ after: 'person-1198' });
    assert.deepEqual(
      [lines[0], lines.length, lines.at(-2)],
      ['person-1199  4 weeks', 203, 'person-1400  4 weeks'],
    );
  });

  it('loses nothing of whoever holds the person: where the state was written in between it looks again', async () => {
    const { run, ports, dirtyOf } = await people('one');
    let interrupted = false;
    const { histories } = ports;
    const commitLate: typeof histories.commit = async (...inputs) => {
      if (!interrupted) await commit(ports, 'one', { samples: [] });
      interrupted = true;
      return histories.commit(...inputs);
    };
    await run({ apply: true }, { histories: { ...histories, commit: commitLate } });
    assert.equal((await ports.histories.state('one')).state.version, 2);
    assert.equal((await dirtyOf('one')).length, 4);
  });

  it('goes on with the others where one fails, and says who', async () => {
    const { run, lines, asked, state } = await people('one', 'two');
    state.lifted.add('one');
    assert.equal(await run({ apply: true }), 1);
    assert.deepEqual([lines[0], asked()], ['one  schema/newer', ['two']]);
  });

  it('does nothing for somebody without samples', async () => {
    const { run, lines, state } = await people();
    await run({ apply: true, uid: 'nobody' });
    assert.deepEqual([lines, state.personStates.size, state.requests], [['0 people, 0 weeks'], 0, []]);
  });

  it('wants to be told what to choose', async () => {
    const { status, stderr } = await ran(command);
    assert.equal(status, 2);
    assert.match(stderr, /Say --uid, --since, --model-older-than or --all\./);
    const bad = await ran(command, '--model-older-than', '5');
    assert.match(bad.stderr, /must be a model and a version like sleep-tcn@5/);
  });
});
