import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createSync } from '../../../client/sync.ts';
import { dayMs } from '../../../src/domain/time.ts';
import { Crash, randomOf, SyncWorld, type CreateSync } from '../../support/sync-world.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { byTier, seed } from '../../support/tier.ts';

interface Outcome {
  missing: number;
  wrong: number;
  /** Recordings that took effect more than once. */
  twice: number;
  steps: number;
  /** What the loop itself could not bear. */
  error?: unknown;
}

/**
 * One history of a phone: killed again and again at steps of a random distance, while the person goes on living. In the
 * end everything comes to rest.
 *
 * @param forgets whether the health store forgets deletions and anchors
 */
async function simulate(create: CreateSync, ofSeed: number, forgets: boolean): Promise<Outcome> {
  const random = randomOf(ofSeed);
  const world = new SyncWorld(ofSeed % 2 === 0, random);
  world.populate();
  let steps = 0;
  const crashes = 3 + Math.floor(random() * 12);
  const outcome = (error?: unknown): Outcome => {
    const { missing, wrong } = world.difference();
    const twice = [...world.server.effects.values()].filter((times) => times > 1).length;
    const found = { missing: missing.length, wrong: wrong.length, twice, steps };
    return error === undefined ? found : { ...found, error };
  };
  try {
    for (let crash = 0; crash < crashes; crash++) {
      let left = 1 + Math.floor(random() * random() * 400);
      world.onStep = () => {
        steps++;
        world.live();
        if (forgets && random() < 0.01) world.health.forget();
        if (--left === 0) throw new Crash();
      };
      const sync = world.start(create);
      try {
        // A run that ends before it is killed is followed by another, as in an app that is opened again.
        for (let run = 0; run < 5; run++) {
          const { paused, until } = await sync.run();
          if (paused === 'consent') await sync.resume({ includeGap: true });
          world.now = Math.max(world.now + 1000, until ?? 0);
        }
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
    }
    world.onStep = () => undefined;
    world.server.refusals = [];
    await world.finish(create);
    // What HealthKit forgets leaves no trace: after a week without changes it is looked for.
    if (forgets && !world.health.changesInPlace) {
      world.now += 8 * dayMs;
      await world.finish(create);
    }
    return outcome();
  } catch (error) {
    return outcome(error);
  }
}

const seeds = (count: number) => Array.from({ length: count }, (_, i) => seed * 100_003 + i);

/** What the loop must not be, each by changes of its text. */
const wrongOnes: [what: string, file: string, ...changes: [from: string, to: string][]][] = [
  [
    'moves the anchors before the recording is written down',
    'sync.ts',
    [
      'await write(key, row);\n',
      'for (const [name, lane] of draft.lanes) await write(`lane/${name}`, lane);\nawait write(key, row);\n',
    ],
  ],
  [
    'takes the anchor after the history',
    'sync.ts',
    [
      'let lane = await laneOf(name);\n',
      'let lane = await laneOf(name);\nif (lane.captured && lane.before) { draft.lanes.set(name, lane); return false; }\n',
    ],
    [
      'const isDone = low <= lane.since;',
      'const isDone = low <= lane.since; if (isDone) { const { anchor: _, ...rest } = lane; lane = await capture(name, rest); }',
    ],
  ],
  ['takes every page of the history for a whole window', 'sync.ts', ['if (page.complete)', 'if (true)']],
  ['passes over what begins at the moment that a page ends', 'sync.ts', ['to) + 1)', 'to))']],
  ['ignores deletions', 'sync.ts', ['for (const id of deleted) draft.remove(name, id, known.get(id));', '']],
  [
    'makes an id for every try',
    'sync.ts',
    ['{ uploadId: row.uploadId, sha256', '{ uploadId: await uploadIdOf(row.sha256, ports.random()), sha256'],
  ],
  [
    'lets go of the bytes when they are accepted',
    'sync.ts',
    [
      "await write(key, { ...row, state: 'sent', accepted: true, tries: 0, lanes: {} } satisfies Row);",
      'await drop(key);',
    ],
  ],
  [
    'sends the same upload where the server wants another',
    'sync.ts',
    ['row.generation + 1', 'row.generation'],
  ],
  ['keeps no ledger', 'sync.ts', ['await ledger.apply((await read<LedgerChange[]>(changesOf(key)))!);', '']],
  [
    'writes the row before its bytes',
    'sync.ts',
    [
      'await write(key, row);\n',
      'await files.delete(bytesFile(key)); await write(key, row); await files.write(bytesFile(key), bytes);\n',
    ],
  ],
  [
    'sends drafts that were not written down whole',
    'sync.ts',
    ['if (!accepted && !keys.has(last))', 'if (false)'],
  ],
  ['does not look for what was forgotten', 'sync.ts', ['if (lane.reconcile) {', 'if (false) {']],
  [
    'begins anew after an anchor expired, and looks for nothing',
    'sync.ts',
    ['captured: false, reconcile: true }', 'captured: false }'],
  ],
  [
    'gives a value that comes back the identity that was deleted',
    'health-connect.ts',
    ['gone.has(living)', 'false'],
  ],
];

const client = path.resolve(import.meta.dirname, '../../../client');
const parts = ['sync.ts', 'sync-draft.ts', 'health-connect.ts'];

describe('the sync of a phone, killed between any two steps', () => {
  const folder = temporaryFolder();

  for (const forgets of [false, true]) {
    const store = forgets ? 'a health store that forgets deletions and anchors' : 'a health store';
    it(`loses nothing of ${store}, and sends nothing twice to effect`, async () => {
      let steps = 0;
      for (const one of seeds(byTier(4000, 150))) {
        const outcome = await simulate(createSync, one, forgets);
        assert.deepEqual(
          { ...outcome, steps: 0 },
          { missing: 0, wrong: 0, twice: 0, steps: 0 },
          `seed ${one}: ${String(outcome.error)}`,
        );
        steps += outcome.steps;
      }
      assert.ok(steps > 10_000, `${steps}`);
    }).timeout(byTier(600_000, 60_000));
  }

  for (const [what, mutated, ...changes] of wrongOnes) {
    it(`is seen to fail where it ${what}`, async () => {
      for (const file of parts) {
        const text = fs.readFileSync(path.join(client, file), 'utf8');
        let other = text;
        for (const [from, to] of file === mutated ? changes : []) {
          assert.ok(other.includes(from), `${mutated} has no ${from}`);
          other = other.replace(from, () => to);
        }
        // The rest is the one that the world around it knows.
        const linked = other.replaceAll(/'(\.\.?\/[^']+\.ts)'/g, (_, name: string) =>
          parts.includes(path.basename(name))
            ? `'${name}'`
            : `'${pathToFileURL(path.join(client, name)).href}'`,
        );
        folder.write(file, linked);
      }
      const { createSync: wrong } = (await import(pathToFileURL(folder.path('sync.ts')).href)) as {
        createSync: CreateSync;
      };
      for (const one of seeds(byTier(5000, 600))) {
        const outcome = await simulate(wrong, one, one % 4 > 1);
        if (outcome.missing + outcome.wrong + outcome.twice > 0 || outcome.error !== undefined) return;
      }
      assert.fail('It was not seen.');
    }).timeout(byTier(600_000, 60_000));
  }
});
