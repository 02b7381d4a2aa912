import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { createSync } from '../../../client/sync.ts';
import { HealthStoreError, type HealthSource, type SourceRecord } from '../../../client/sync-ports.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../../../src/domain/time.ts';
import { randomOf, SyncWorld } from '../../support/sync-world.ts';
import { byTier } from '../../support/tier.ts';

describe('the sync of a phone', () => {
  let world: SyncWorld;

  beforeEach(() => {
    world = new SyncWorld(false, randomOf(7));
    world.populate();
    world.server.largest = Infinity;
  });

  const run = (options = {}) => world.start(createSync).run(options);
  const sentDays = () =>
    [...world.server.uploads.values()].map(({ text }) =>
      text
        .split('\n')
        .slice(1)
        .map((line) => Date.parse((JSON.parse(line) as { startDate: string }).startDate)),
    );
  const settled = () => assert.deepEqual(world.difference(), { missing: [], wrong: [] });

  it('sends the last 8 days first, then the history from new to old', async () => {
    world.options.mostSamples = 20_000;
    assert.deepEqual(await run(), { denied: [] });
    const uploads = sentDays();
    const edge = world.now - 8 * dayMs;
    assert.ok(uploads.length > 1);
    assert.ok(uploads[0]!.every((at) => at >= edge));
    assert.ok(
      uploads
        .slice(1)
        .flat()
        .every((at) => at < edge),
    );
    world.server.workAll(world.random);
    settled();
  });

  it('begins nothing after the moment it is given, and goes on from there', async () => {
    const untilMs = world.now + 10 * secondMs;
    const late: string[] = [];
    const { health, server } = world;
    for (const [port, name] of [
      [health, 'changes'],
      [health, 'window'],
      [server, 'send'],
    ] as unknown as [Record<string, (...args: unknown[]) => unknown>, string][]) {
      const call = port[name]!.bind(port);
      port[name] = (...args) => {
        // A call that begins in time may end later.
        if (world.now > untilMs + secondMs) late.push(name);
        return call(...args);
      };
    }
    world.onStep = () => (world.now += secondMs);
    assert.deepEqual(await run({ untilMs }), { paused: 'time', denied: [] });
    assert.deepEqual(late, []);
    world.onStep = () => undefined;
    await world.finish(createSync);
    settled();
  });

  it('keeps the bytes until they are analysed, and reads no more while too many wait', async () => {
    assert.equal((await run()).paused, 'unmerged');
    const { size } = world.server.uploads;
    // The last draft may have been of two.
    assert.ok(size === 8 || size === 9, `${size}`);
    assert.equal([...world.files.contents.keys()].filter((name) => name.endsWith('.gz')).length, size);
    await world.finish(createSync);
    await run();
    assert.deepEqual([...world.files.contents.keys()], []);
    settled();
  });

  it('waits exactly as long as the server asks, longer each time where it does not, and asks nothing until then', async () => {
    world.server.refusals = [{ code: 'quota/exceeded', retryAfterS: 90 }];
    const quota = await run();
    assert.deepEqual(quota, { paused: 'try-again', until: world.now + 90 * secondMs, denied: [] });
    const { calls } = world.server;
    assert.deepEqual(await run(), quota);
    assert.equal(world.server.calls, calls);

    const waits: number[] = [];
    for (let i = 0; i < 14; i++) {
      world.now += hourMs;
      world.server.refusals = [{ code: 'service/unavailable' }];
      waits.push((await run()).until! - world.now);
    }
    assert.ok(
      waits.slice(0, 2).every((wait) => wait <= 8 * secondMs),
      `${waits[0]}`,
    );
    assert.ok(waits.every((wait) => wait <= 15 * minuteMs));
    assert.ok(Math.max(...waits.slice(9)) > 2 * minuteMs, `${waits.join()}`);
    assert.equal(new Set(waits).size, waits.length, 'at random');
    world.server.refusals = [];
    await world.finish(createSync);
    settled();
  });

  it('stops at a withdrawn consent, and sends nothing of the time without it unless it may', async () => {
    for (const includeGap of [true, false]) {
      await world.finish(createSync);
      world.server.refusals = [{ code: 'consent/withdrawn' }];
      world.health.add(world.now, world.random);
      assert.equal((await run()).paused, 'consent');
      const { calls } = world.server;
      world.now += hourMs;
      world.health.add(world.now - 30 * minuteMs, world.random);
      assert.equal((await run()).paused, 'consent');
      assert.equal(world.server.calls, calls);
      await world.start(createSync).resume({ includeGap });
      await world.finish(createSync);
      // Looking for what was forgotten must not find it either.
      world.now += 8 * dayMs;
      await world.finish(createSync);
      assert.deepEqual(world.difference().missing.length, includeGap ? 0 : 1);
    }
  });

  it('tells the app of a recording that is never taken, and goes on with the others', async () => {
    const refused: string[] = [];
    world.options.onRefused = ({ code, bytes }) => {
      refused.push(`${code} ${gunzipSync(bytes).toString().split('\n').length - 1}`);
    };
    world.server.refusals = [{ code: 'recording/no-valid-samples' }];
    await world.finish(createSync);
    assert.equal(refused.length, 1);
    const lost = Number(refused[0]!.split(' ')[1]);
    assert.ok(lost > 0);
    assert.equal(world.difference().missing.length, lost);
  });

  it('sends the same bytes as another upload where the server wants one, and reads nothing before', async () => {
    world.server.refusals = [{ code: 'upload/expired' }, { code: 'upload/expired' }];
    await world.finish(createSync);
    settled();
    assert.ok([...world.server.effects.values()].every((times) => times === 1));
    assert.equal(world.server.effects.size, world.server.uploads.size);
  });

  it('is paused for whoever signs out', async () => {
    const code = 'auth/missing-token';
    world.server.refusals = [{ code }];
    assert.equal((await run()).paused, 'signed-out');
    world.server.uid = () => {
      throw Object.assign(new Error(), { code });
    };
    world.health.add(world.now, world.random);
    await world.store.delete('row/00000000');
    assert.equal((await run()).paused, 'signed-out');
  });

  it('does not lose a recording over a code that it does not know yet', async () => {
    const refused: string[] = [];
    world.options.onRefused = ({ code }) => void refused.push(code);
    for (let i = 0; i < 4; i++) {
      world.server.refusals = [{ code: 'weather/too-hot' }];
      assert.equal((await run()).paused, 'try-again');
      world.now += hourMs;
    }
    await world.finish(createSync);
    assert.deepEqual(refused, []);
    settled();
  });

  it('deletes nothing because a history cannot be seen any more, unless the app says so', async () => {
    await world.finish(createSync);
    const before = world.server.samples.size;
    const doubts: number[] = [];
    world.options.onDoubt = ({ missing }) => (doubts.push(missing), false);
    const all = new Map(world.health.live);
    world.health.live.clear();
    world.now += 8 * dayMs;
    await world.finish(createSync);
    assert.equal(world.server.samples.size, before);
    assert.equal(
      doubts.reduce((sum, missing) => sum + missing, 0),
      before,
    );
    for (const [id, record] of all) world.health.live.set(id, record);
    world.now += 8 * dayMs;
    await world.finish(createSync);
    settled();
  });

  it('goes on without a lane that the person has not allowed, and without any on a locked phone', async () => {
    const window = world.health.window.bind(world.health);
    world.health.window = (lane, ...rest) => {
      if (lane === 'pulse') throw new HealthStoreError('permission');
      return window(lane, ...rest);
    };
    await world.finish(createSync);
    assert.deepEqual((await run()).denied, ['pulse']);
    assert.ok(world.server.samples.size > 0);
    world.health.window = window;
    world.health.locked = true;
    assert.equal((await run()).paused, 'locked');
    await world.finish(createSync);
    settled();
  });

  it('gives a sample the zone of its time, where the phone has moved since', async () => {
    await world.finish(createSync);
    world.timeZone = 'Asia/Tokyo';
    world.now += hourMs;
    await run();
    world.health.add(world.now - 2 * hourMs, world.random);
    world.health.add(world.now + hourMs, world.random);
    world.now += 2 * hourMs;
    await run();
    const [envelope, ...lines] = [...world.server.uploads.values()].at(-1)!.text.split('\n');
    const zones = lines.map((line) => (JSON.parse(line) as { metadata?: object }).metadata);
    assert.deepEqual(JSON.parse(envelope!), { schemaVersion: 1, deviceInfo: { timeZone: 'Asia/Tokyo' } });
    assert.deepEqual(zones, [{ HKTimeZone: 'Europe/Berlin' }, undefined]);
  });

  it('is one run for calls at the same time, and forgets everything when it is told to', async () => {
    const sync = world.start(createSync);
    assert.equal(sync.run(), sync.run());
    await sync.forget();
    assert.deepEqual([world.store.values.size, world.files.contents.size], [0, 0]);
  });
});

describe('five years of a phone', () => {
  const perDay = byTier(1000, 40);
  const days = 5 * 365;

  /** So many heart rates a day, made when they are asked for. */
  function history(end: number, most: { asked: number }): HealthSource {
    const stepMs = dayMs / perDay;
    return {
      lanes: ['pulse'],
      changesInPlace: false,
      changes: (_, anchor) =>
        Promise.resolve({ records: [], deleted: [], anchor: anchor ?? 'end', end: anchor !== undefined }),
      window(_, from, to, limit) {
        most.asked = Math.max(most.asked, limit);
        const last = Math.ceil(Math.min(to, end) / stepMs) - 1;
        const first = Math.max(Math.ceil(from / stepMs), Math.ceil((end - days * dayMs) / stepMs));
        const count = Math.max(0, Math.min(limit, last - first + 1));
        const records = Array.from({ length: count }, (_none, i): SourceRecord => {
          const at = (last - i) * stepMs;
          const [id, startDate] = [`${last - i}`, new Date(at).toISOString()];
          const sample = { uuid: id, sampleType: 'heartRate', value: 60, unit: 'count/min' } as const;
          return { id, at, samples: [{ ...sample, startDate, endDate: startDate }] };
        });
        return Promise.resolve({ records, complete: last - count < first });
      },
    };
  }

  it('are sent in pieces of bounded size, by a process that is killed all the time', async () => {
    const world = new SyncWorld(false, randomOf(1));
    world.options.historyMs = days * dayMs;
    world.options.mostSamples = byTier(20_000, 4000);
    const most = { asked: 0, bytes: 0 };
    const ids = new Set<string>();
    let samples = 0;
    // Analyses at once, so that nothing has to be waited for.
    world.server.status = () => Promise.resolve({ analyzed: true, code: null });
    world.server.send = ({ bytes }) => {
      most.bytes = Math.max(most.bytes, bytes.byteLength);
      for (const line of gunzipSync(bytes).toString().split('\n').slice(1)) {
        samples++;
        ids.add((JSON.parse(line) as { uuid: string }).uuid);
      }
      return Promise.resolve();
    };
    const source = history(world.now, most);
    for (let runs = 0; ; runs++) {
      let left = 3000;
      world.onStep = () => {
        if (--left === 0) throw new Error('killed');
      };
      const sync = createSync({ ...world.ports(), source }, world.options);
      const result = await sync.run().catch((error: Error) => assert.equal(error.message, 'killed'));
      if (result?.paused === undefined && result) break;
      assert.ok(runs < 1000, 'gets somewhere each time');
    }
    assert.equal(ids.size, days * perDay);
    assert.ok(samples < 1.2 * ids.size, `${samples} were sent of ${ids.size}`);
    assert.equal(most.asked, 2000);
    assert.ok(most.bytes < 2 ** 20, `${most.bytes} bytes`);
    assert.ok(world.files.contents.size <= 9, `${world.files.contents.size} files`);
  }).timeout(byTier(600_000, 60_000));
});
