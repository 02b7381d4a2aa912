import { servePerson } from '../../src/workflows/serve-person.ts';
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { sampleWeek } from '../../../scripts/sample-data/sample-week.ts';
import type { ContentType } from '../../src/contract/upload.ts';
import type { Analysis } from '../../src/domain/analysis/analysis.ts';
import { available } from '../../src/domain/narrative/facts.ts';
import { requested, type UploadEvent } from '../../src/domain/upload/upload.ts';
import {
  at,
  dayMs,
  json,
  minuteMs,
  traceparent,
  uid,
  world,
  type Sent,
  type World,
} from '../support/build.ts';
import { byTier } from '../support/tier.ts';

const products = { watch: 'Watch7,1', phone: 'iPhone15,2', other: 'Band' } as const;
type Product = keyof typeof products;

function sent(type: string, startMs: number, minutes: number, rest: Sent, product: Product = 'watch'): Sent {
  return {
    sampleType: type,
    startDate: new Date(startMs).toISOString(),
    endDate: new Date(startMs + minutes * minuteMs).toISOString(),
    sourceRevision: { source: { bundleIdentifier: 'com.example' }, productType: products[product] },
    ...rest,
  };
}

async function analysisOf(samples: Sent[], timeZone = 'UTC', now?: string): Promise<Analysis> {
  const { receive, analyze, state } = world(now);
  const { uploadId } = await receive(json({ deviceInfo: { timeZone }, samples }));
  assert.equal(await analyze(uploadId), 'analyzed');
  return [...state.analyses.values()][0]!;
}

describe('however the same samples are cut into uploads', () => {
  const ids = Array.from({ length: 12 }, (_, i) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`);
  const zones = ['Europe/Berlin', 'Asia/Tokyo', 'America/New_York'];
  const product = fc.constantFrom<Product>('watch', 'phone', 'other');
  /** Half an hour on one of four days: near enough that samples overlap, and conflict under one uuid. */
  const time = fc.nat({ max: 4 * 48 }).map((halfHours) => at('2025-06-10T00:00') + halfHours * 30 * minuteMs);
  const content = fc.oneof(
    fc.record({
      sampleType: fc.constant('stepCount'),
      minutes: fc.constantFrom(0, 1, 17, 90, 1440),
      value: fc.constantFrom(0, -0, 1, 10.1, 333.3),
      unit: fc.constant('count'),
    }),
    fc.record({
      sampleType: fc.constant('heartRate'),
      minutes: fc.constant(0),
      value: fc.integer({ min: 45, max: 170 }),
      unit: fc.constantFrom('count/min', 'bpm'),
    }),
    fc.record({
      sampleType: fc.constant('sleepAnalysis'),
      minutes: fc.constantFrom(20, 200, 480),
      categoryValue: fc.integer({ min: 0, max: 5 }),
    }),
  );
  const sample = fc
    .tuple(
      content,
      time,
      product,
      fc.option(fc.constantFrom(...ids), { nil: undefined }),
      fc.constantFrom(...zones),
    )
    .map(([{ sampleType, minutes, ...rest }, start, source, uuid, HKTimeZone]) =>
      sent(sampleType, start, minutes, { ...rest, uuid, metadata: { HKTimeZone } }, source),
    );

  interface Part {
    samples: Sent[];
    deletedSamples: string[];
  }
  const format = fc.record({ ndjson: fc.boolean(), gzip: fc.boolean() });
  /** Each sample and each deletion goes to one upload or to several. */
  const cut = fc
    .record({
      samples: fc.array(sample, { minLength: 1, maxLength: 30 }),
      deletions: fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 3 }),
      uploads: fc.integer({ min: 1, max: 5 }),
    })
    .chain(({ samples, deletions, uploads }) => {
      const places = fc.uniqueArray(fc.nat({ max: uploads - 1 }), { minLength: 1, maxLength: 2 });
      const indices = Array.from({ length: uploads }, (_, i) => i);
      return fc.record({
        samples: fc.constant(samples),
        deletions: fc.constant(deletions),
        uploads: fc.constant(uploads),
        order: fc.shuffledSubarray(
          samples.map((_, i) => i),
          { minLength: samples.length },
        ),
        samplePlaces: fc.array(places, { minLength: samples.length, maxLength: samples.length }),
        deletionPlaces: fc.array(places, { minLength: deletions.length, maxLength: deletions.length }),
        formats: fc.array(format, { minLength: uploads, maxLength: uploads }),
        deliveries: fc
          .array(fc.nat({ max: uploads - 1 }), { maxLength: 4 })
          .chain((again) =>
            fc.shuffledSubarray([...indices, ...again], { minLength: uploads + again.length }),
          ),
        atOnce: fc.boolean(),
      });
    });

  function bodyOf({ samples, ...envelope }: Part, { ndjson, gzip }: { ndjson: boolean; gzip: boolean }) {
    const body = ndjson
      ? Buffer.from([envelope, ...samples].map((line) => JSON.stringify(line)).join('\n'))
      : json({ samples, ...envelope });
    const contentType: ContentType = ndjson ? 'application/x-ndjson' : 'application/json';
    return { body: gzip ? gzipSync(body) : body, contentType };
  }

  const inOrder = <T>(documents: ReadonlyMap<string, T>): [string, T][] =>
    [...documents].sort(([a], [b]) => (a < b ? -1 : 1));
  /** Everything that is stored of samples, days and weeks, but for the names of the uploads that brought them. */
  const knownOf = ({ state }: World) => ({
    samples: inOrder(state.samples).map(([path, { bytes }]) => [path, bytes.toString('base64')]),
    weeks: inOrder(state.weeks).map(([path, { analysis, mark }]) => [path, analysis, mark]),
    summaries: inOrder(state.summaries),
  });

  it('stores the same bytes and comes to the same analysis', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(cut, async (plan) => {
        const whole = world();
        const all = { samples: plan.samples, deletedSamples: plan.deletions };
        const { body } = bodyOf(all, { ndjson: false, gzip: false });
        await whole.analyze((await whole.receive(body)).uploadId);

        const parts = Array.from({ length: plan.uploads }, (): Part => ({ samples: [], deletedSamples: [] }));
        for (const i of plan.order) {
          for (const place of plan.samplePlaces[i]!) parts[place]!.samples.push(plan.samples[i]!);
        }
        plan.deletions.forEach((id, i) => {
          for (const place of plan.deletionPlaces[i]!) parts[place]!.deletedSamples.push(id);
        });

        const split = world();
        const received = new Map<number, string>();
        for (const [i, part] of parts.entries()) {
          if (part.samples.length + part.deletedSamples.length === 0) continue;
          const { body: piece, contentType } = bodyOf(part, plan.formats[i]!);
          // Each a second later than the one before, as in life.
          split.clock.time += 1000;
          const { uploadId } = await split.receive(piece, { contentType, uploadId: `upload-${i}` });
          received.set(i, uploadId);
        }
        const deliver = (i: number) => {
          const uploadId = received.get(i);
          return uploadId === undefined ? Promise.resolve('nothing') : split.analyze(uploadId);
        };
        // Events at once may meet a live lease; the platform delivers those again.
        if (plan.atOnce) await Promise.allSettled(plan.deliveries.map(deliver));
        for (const i of plan.deliveries) await deliver(i);

        assert.deepEqual(knownOf(split), knownOf(whole));
        const [newest] = await split.ports.analyses.newest(uid, 1);
        const [expected] = await whole.ports.analyses.newest(uid, 1);
        const told = (found: typeof newest) => JSON.stringify(found?.analysis);
        assert.equal(told(newest), told(expected), 'the newest result knows everything');
      }),
      { numRuns: byTier(300, 15) },
    );
  });

  it('forgets a deleted sample as if it had never been sent', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(sample, { minLength: 1, maxLength: 20 }),
        fc.constantFrom(...ids),
        async (samples, id) => {
          const [without, withAll] = [world(), world()];
          const kept = samples.filter(({ uuid }) => uuid !== id);
          if (kept.length > 0)
            await without.analyze((await without.receive(json({ samples: kept }))).uploadId);
          await withAll.analyze((await withAll.receive(json({ samples }))).uploadId);
          await withAll.analyze((await withAll.receive(json({ deletedSamples: [id] }))).uploadId);
          assert.deepEqual(knownOf(withAll), knownOf(without));
        },
      ),
      { numRuns: byTier(150, 10) },
    );
  });

  it('holds for a realistic week as well: one upload, or thirty that come backwards and twice', async function () {
    this.timeout(30_000);
    const { samples, ...envelope } = sampleWeek({ seed: 5, days: 4 });
    const whole = world();
    await whole.analyze((await whole.receive(json({ ...envelope, samples }))).uploadId);

    const split = world();
    const uploads: string[] = [];
    for (let i = 0; i < 30; i++) {
      const mine = samples.filter((_, index) => index % 30 === i || index % 29 === i);
      uploads.push((await split.receive(json({ ...envelope, samples: mine.reverse() }))).uploadId);
    }
    for (const uploadId of [...uploads].reverse()) await split.analyze(uploadId);
    for (const uploadId of uploads) assert.equal(await split.analyze(uploadId), 'done-before');

    assert.deepEqual(knownOf(split), knownOf(whole));
    const [expected] = whole.state.analyses.values();
    assert.deepEqual((await split.ports.analyses.newest(uid, 1))[0]!.analysis, expected);
  });
});

describe("a day's total", () => {
  const midnight = at('2025-06-10T00:00');
  /** Steps in whole minutes, so that the expected merge is plain arithmetic. */
  const counted = fc.record({
    minute: fc.nat({ max: 1379 }),
    minutes: fc.integer({ min: 1, max: 60 }),
    perMinute: fc.integer({ min: 0, max: 150 }),
  });
  type Counted = (typeof counted)['generate'] extends (...args: never[]) => { value: infer T } ? T : never;
  const list = (minLength = 0) => fc.array(counted, { minLength, maxLength: 12 });
  const steps = (counts: Counted[], product: Product, bundle = 'com.example') =>
    counts.map(({ minute, minutes, perMinute }) =>
      sent('stepCount', midnight + minute * minuteMs, minutes, {
        value: perMinute * minutes,
        unit: 'count',
        sourceRevision: { source: { bundleIdentifier: bundle }, productType: products[product] },
      }),
    );
  const byMinute = (counts: Counted[]) => {
    const values = new Float64Array(1440);
    for (const { minute, minutes, perMinute } of counts) {
      for (let i = minute; i < minute + minutes; i++) values[i]! += perMinute;
    }
    return values;
  };
  const total = (counts: Counted[]) => byMinute(counts).reduce((sum, value) => sum + value, 0);
  const stepsOf = async (samples: Sent[]) => {
    const { activity } = await analysisOf(samples);
    assert.ok(available(activity));
    return activity.days[0]!.steps!;
  };
  /** Samples that are the same in everything are one sample; here every one is its own. */
  const distinct = (samples: Sent[]) => samples.map((one, i) => ({ ...one, uuid: `sample ${i}` }));

  it("is the source's own total where one source reports", async () => {
    await fc.assert(
      fc.asyncProperty(
        list(1),
        fc.constantFrom<Product>('watch', 'phone', 'other'),
        async (counts, product) => {
          assert.equal(await stepsOf(distinct(steps(counts, product))), total(counts));
        },
      ),
      { numRuns: byTier(200, 10) },
    );
  });

  it('is at least that of the better and at most the best of each minute, where two of a kind report', async () => {
    await fc.assert(
      fc.asyncProperty(list(1), list(1), async (one, two) => {
        const steps12 = distinct([...steps(one, 'phone'), ...steps(two, 'phone', 'com.example.tablet')]);
        const merged = await stepsOf(steps12);
        const [a, b] = [byMinute(one), byMinute(two)];
        assert.equal(
          merged,
          a.reduce((sum, value, i) => sum + Math.max(value, b[i]!), 0),
        );
        assert.ok(merged >= Math.max(total(one), total(two)));
      }),
      { numRuns: byTier(200, 10) },
    );
  });

  it('is never a sum: each minute is at most the best kind of source there, and the watch is never overruled', async () => {
    await fc.assert(
      fc.asyncProperty(list(1), list(1), list(), async (onWatch, onPhone, onBand) => {
        const merged = await stepsOf(
          distinct([...steps(onWatch, 'watch'), ...steps(onPhone, 'phone'), ...steps(onBand, 'other')]),
        );
        const [a, b, c] = [byMinute(onWatch), byMinute(onPhone), byMinute(onBand)];
        const best = a.reduce((sum, value, i) => sum + Math.max(value, b[i]!, c[i]!), 0);
        assert.ok(merged <= best, `${merged} is more than ${best}`);
        assert.ok(merged >= total(onWatch), `${merged} is less than what the watch saw`);
      }),
      { numRuns: byTier(300, 15) },
    );
  });

  it('never grows by a total of the same source that says nothing about minutes', async () => {
    await fc.assert(
      fc.asyncProperty(list(1), fc.integer({ min: 0, max: 20_000 }), async (counts, value) => {
        const long = sent('stepCount', midnight, 1440, { value, unit: 'count' }, 'phone');
        const merged = await stepsOf(distinct([...steps(counts, 'phone'), long]));
        assert.ok(merged <= total(counts) + value);
        assert.ok(merged >= total(counts));
      }),
      { numRuns: byTier(100, 10) },
    );
  });
});

describe('a gap', () => {
  // Sleep only, so that no model fills in; the person reports daily, so that the window stays where it is.
  const { samples } = sampleWeek({ seed: 3, days: 3 });
  const sleep = samples.filter(({ sampleType }) => sampleType === 'sleepAnalysis') as unknown as Sent[];
  const from = at('2025-06-12T00:00');
  const anchors = [0, 1, 2, 3].map((day) =>
    sent('bodyTemperature', from + day * dayMs + 20 * 60 * minuteMs, 0, { value: 36.6, unit: 'degC' }),
  );
  const asleep = async (list: Sent[]) => {
    const { sleep: section } = await analysisOf([...list, ...anchors], 'Europe/Berlin');
    if (!available(section)) return 0;
    return [...section.nights, ...section.naps].reduce((sum, { tstMinutes }) => sum + tstMinutes!, 0);
  };

  it('never adds minutes asleep', async () => {
    const before = await asleep(sleep);
    assert.ok(before > 600);
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 4 * 1440 }),
        fc.integer({ min: 1, max: 900 }),
        async (minute, minutes) => {
          const gapStart = from + minute * minuteMs;
          const gapEnd = gapStart + minutes * minuteMs;
          const outside = sleep.filter(
            ({ startDate, endDate }) =>
              at(endDate as string) <= gapStart || at(startDate as string) >= gapEnd,
          );
          assert.ok((await asleep(outside)) <= before + 1e-9);
        },
      ),
      { numRuns: byTier(300, 15) },
    );
  });

  it('never adds minutes asleep in any sleep of one source', async () => {
    const stage = fc.record({
      minute: fc.nat({ max: 3000 }),
      minutes: fc.integer({ min: 1, max: 200 }),
      state: fc.integer({ min: 0, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(stage, { minLength: 1, maxLength: 15 }), fc.nat(), async (stages, nth) => {
        // One source does not contradict itself: samples one after the other.
        let free = from;
        const night = stages.map(({ minute, minutes, state }) => {
          const start = free + (minute % 70) * minuteMs;
          free = start + minutes * minuteMs;
          return sent('sleepAnalysis', start, minutes, { categoryValue: state });
        });
        const without = night.filter((_, i) => i !== nth % night.length);
        assert.ok((await asleep(without)) <= (await asleep(night)) + 1e-9);
      }),
      { numRuns: byTier(300, 15) },
    );
  });
});

describe('a day of another length', () => {
  const days: [
    zone: string,
    before: string,
    day: string,
    after: string,
    minutes: [number, number, number],
  ][] = [
    ['Europe/Berlin', '2025-03-29', '2025-03-30', '2025-03-31', [1440, 1380, 1440]],
    ['Europe/Berlin', '2025-10-25', '2025-10-26', '2025-10-27', [1440, 1500, 1440]],
    ['America/New_York', '2025-03-08', '2025-03-09', '2025-03-10', [1440, 1380, 1440]],
    // Half an hour of daylight saving.
    ['Australia/Lord_Howe', '2025-10-04', '2025-10-05', '2025-10-06', [1440, 1410, 1440]],
    ['Australia/Lord_Howe', '2025-04-05', '2025-04-06', '2025-04-07', [1440, 1470, 1440]],
    // The clocks jump over midnight: the day begins at 01:00; in autumn the day before has its last hour twice.
    ['America/Sao_Paulo', '2018-11-03', '2018-11-04', '2018-11-05', [1440, 1380, 1440]],
    ['America/Sao_Paulo', '2018-02-16', '2018-02-17', '2018-02-18', [1440, 1500, 1440]],
    // Midnight comes twice.
    ['America/Havana', '2024-11-02', '2024-11-03', '2024-11-04', [1440, 1500, 1440]],
  ];

  /** The minutes that have a local date, asked of the platform's own calendar one by one. */
  const calendars = new Map<string, Map<string, number[]>>();
  function minutesOf(zone: string, day: string): number[] {
    const key = `${zone} ${day.slice(0, 7)}`;
    let calendar = calendars.get(key);
    if (!calendar) {
      calendar = new Map();
      const local = new Intl.DateTimeFormat('sv-SE', { timeZone: zone });
      const [, before] = days.find(
        ([name, , middle]) => name === zone && middle.slice(0, 7) === key.slice(-7),
      )!;
      for (let i = -1440; i < 5 * 1440; i++) {
        const time = at(`${before}T00:00`) + i * minuteMs;
        const name = local.format(time);
        calendar.set(name, [...(calendar.get(name) ?? []), time]);
      }
      calendars.set(key, calendar);
    }
    return calendar.get(day)!;
  }

  it('has as many minutes as the calendar says', () => {
    for (const [zone, before, day, after, expected] of days) {
      const lengths = [before, day, after].map((name) => minutesOf(zone, name).length);
      assert.deepEqual(lengths, expected, `${zone} ${day}`);
    }
  });

  it('has its own number of minutes in an analysis, and no minute is in two days or in none', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...days),
        fc.array(fc.nat({ max: 3 * 1440 }), { maxLength: 10 }),
        async ([zone, before, day, after, expected], within) => {
          const [first, , last] = [minutesOf(zone, before), minutesOf(zone, day), minutesOf(zone, after)];
          const start = first.at(0)!;
          const end = last.at(-1)!;
          const noons = [before, day, after].map((name) => minutesOf(zone, name)[700]!);
          const times = [start, ...noons, ...within.map((i) => Math.min(start + i * minuteMs, end)), end];
          const samples = times.map((time) => sent('stepCount', time, 1, { value: 7, unit: 'count' }));

          const { coverage, window, activity } = await analysisOf(samples, zone, '2026-01-01T00:00:00Z');
          assert.deepEqual(window.days, [before, day, after]);
          assert.deepEqual(
            coverage.days.map(({ minutes }) => minutes),
            expected,
          );
          assert.equal(at(window.end) - at(window.start), end - start + minuteMs);
          // Each distinct minute of steps is in exactly one day: that of its own local date.
          assert.ok(available(activity));
          for (const [i, name] of [before, day, after].entries()) {
            const mine = minutesOf(zone, name).filter((time) => times.includes(time));
            assert.equal(activity.days[i]!.steps, 7 * mine.length);
          }
        },
      ),
      { numRuns: byTier(300, 15) },
    );
  });
});

describe('the fence', () => {
  const key = { uid, uploadId: 'upload-1' };
  const announced = { contentType: 'application/json', sizeBytes: 1, sha256: null };
  const receipt = { processedSamples: 1, skippedSamples: 0, issues: [] };
  const leaseMs = 60_000;
  const move = fc.record({
    holder: fc.constantFrom('one', 'two'),
    act: fc.constantFrom('claim', 'report', 'give up', 'fail late'),
    passes: fc.constantFrom(0, 1000, 59_999, 60_000, 61_000),
  });

  it('lets exactly one of two writers write a text, whatever they claim, let expire and report late', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 40 }), async (moves) => {
        const { ports, clock, state } = world();
        const analyzed = { kind: 'analyzed', receipt, provisional: false, textWanted: true, at: 0 } as const;
        await ports.uploads.open(key, requested(announced, traceparent, clock.time, 'incarnation-1'));
        await ports.uploads.advance(key, { kind: 'stored', at: clock.time });
        await ports.uploads.advance(key, analyzed);
        const claims = new Map<string, string>();
        let written = 0;
        let owner: string | null = null;
        const advance = async (event: UploadEvent) => {
          try {
            return (await ports.uploads.advance(key, event)).upload;
          } catch {
            return undefined;
          }
        };
        const claim = async (holder: string) => {
          const now = clock.time;
          // A new name for every claim, as a worker takes.
          const name = `${holder} at ${now}`;
          const upload = await advance({ kind: 'claimed', holder: name, at: now, until: now + leaseMs });
          if (upload?.lease?.holder !== name) return;
          claims.set(holder, name);
          owner = holder;
        };
        const report = async (holder: string) => {
          const name = claims.get(holder);
          if (name === undefined) return;
          if (!(await advance({ kind: 'narrated', holder: name, at: clock.time }))) return;
          written++;
          assert.equal(holder, owner, 'only the latest holder may write');
        };
        for (const { holder, act, passes } of moves) {
          clock.time += passes;
          const name = claims.get(holder);
          if (act === 'claim') await claim(holder);
          else if (act === 'report') await report(holder);
          else if (name === undefined) continue;
          else if (act === 'give up') await advance({ kind: 'released', holder: name });
          else if (written > 0) {
            const failed = { kind: 'failed', code: 'recording/invalid', issues: [], at: clock.time } as const;
            assert.equal((await advance(failed))!.status, 'succeeded', 'what has succeeded has not failed');
          }
          assert.ok(written <= 1);
        }
        clock.time += leaseMs;
        await claim('one');
        await report('one');
        assert.equal(written, 1);
        assert.equal(state.uploads.get(`users/${uid}/uploads/upload-1`)!.status, 'succeeded');
      }),
      { numRuns: byTier(1500, 75) },
    );
  });

  it('holds for a person as well: workers that run at once and outlive their leases write one result', async () => {
    const sample = sent('stepCount', at('2025-06-10T10:00'), 1, { value: 10, unit: 'count' });
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom(0, 30_000, 61_000), { maxLength: 30 }),
        async (s, jumps) => {
          const { ports, clock, state, receive } = world();
          const { uploadId } = await receive(json({ deviceInfo: { timeZone: 'UTC' }, samples: [sample] }));
          let written = 0;
          const { histories } = ports;
          const slow: typeof ports = {
            ...ports,
            histories: {
              ...histories,
              samples: s.scheduleFunction((...range: Parameters<typeof histories.samples>) =>
                histories.samples(...range),
              ),
              commit: async (...all) => {
                await s.schedule(Promise.resolve(), 'commit');
                clock.time += jumps.pop() ?? 0;
                const stored = await histories.commit(...all);
                if (stored && all[3].uploads?.some(({ told }) => told)) written++;
                return stored;
              },
            },
          };
          const request = { uid, uploadId, traceparent };
          const running = Promise.allSettled([1, 2, 3].map(() => servePerson(slow, request)));
          await s.waitFor(running);
          clock.time += leaseMs;
          await servePerson(ports, request).catch(() => undefined);
          assert.ok(written <= 1);
          assert.equal(state.analyses.size, 1);
          assert.equal(state.uploads.get(`users/${uid}/uploads/${uploadId}`)!.status, 'succeeded');
        },
      ),
      { numRuns: byTier(300, 15) },
    );
  });
});
