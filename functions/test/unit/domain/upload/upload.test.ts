import assert from 'node:assert/strict';
import { faults } from '../../../../src/domain/fault.ts';
import {
  advance,
  finished,
  isOutOfPatience,
  isPoison,
  requested,
  type Upload,
  type UploadEvent,
} from '../../../../src/domain/upload/upload.ts';
import { traceparent } from '../../../support/build.ts';

const announced = { contentType: 'application/json', sizeBytes: 10, sha256: null };
const receipt = { processedSamples: 3, skippedSamples: 1, issues: [] };
const fresh = requested(announced, traceparent, 1000, 'incarnation-1');

const stored: UploadEvent = { kind: 'stored', at: 2000 };
/** The analysis is of worker one, the narrative of worker two. */
const holders = { analysis: 'one', narrative: 'two' };
const claim = (stage: 'analysis' | 'narrative', at: number, holder = holders[stage]): UploadEvent => ({
  kind: 'claimed',
  stage,
  holder,
  at,
  until: at + 100,
});
const analyzed = (holder: string, provisional = false): UploadEvent => ({
  kind: 'analyzed',
  holder,
  receipt,
  provisional,
  at: 3500,
});
const narrated = (holder: string): UploadEvent => ({ kind: 'narrated', holder, at: 4500 });
const released = (holder: string, faultAt: number | null = null): UploadEvent => ({
  kind: 'released',
  holder,
  faultAt,
});
const failed = (holder: string | null): UploadEvent => ({
  kind: 'failed',
  holder,
  code: 'recording/invalid',
  issues: [{ pointer: '/x', expected: 'y', received: 'z' }],
  at: 5000,
});

const after = (...events: UploadEvent[]): Upload => events.reduce(advance, fresh);

/** Every state there is, and how it is reached. */
const states = {
  requested: fresh,
  queued: after(stored),
  analyzing: after(stored, claim('analysis', 3000)),
  analyzed: after(stored, claim('analysis', 3000), analyzed('one')),
  narrating: after(stored, claim('analysis', 3000), analyzed('one'), claim('narrative', 4000)),
  succeeded: after(
    stored,
    claim('analysis', 3000),
    analyzed('one'),
    claim('narrative', 4000),
    narrated('two'),
  ),
  failed: after(stored, claim('analysis', 3000), failed('one')),
};

describe('an upload', () => {
  it('goes from requested to succeeded, and every step leaves its time', () => {
    assert.deepEqual(states.succeeded, {
      status: 'succeeded',
      stage: 'narrative',
      incarnation: 'incarnation-1',
      attempt: 2,
      trouble: { crashes: 0, since: null },
      checkpoint: 0,
      nextLook: null,
      provisional: false,
      attemptTraceparent: null,
      earlierTraceparent: null,
      lease: null,
      code: null,
      message: null,
      announced,
      receipt,
      traceparent,
      requestedAt: 1000,
      storedAt: 2000,
      analyzedAt: 3500,
      finishedAt: 4500,
    });
  });

  it('goes through these states', () => {
    const seen = Object.entries(states).map(([name, { status, stage, attempt, lease }]) => [
      name,
      `${status} ${stage} ${attempt} ${lease ? lease.holder : '-'}`,
    ]);
    assert.deepEqual(Object.fromEntries(seen), {
      requested: 'requested upload 0 -',
      queued: 'queued analysis 0 -',
      analyzing: 'processing analysis 1 one',
      analyzed: 'processing narrative 1 -',
      narrating: 'processing narrative 2 two',
      succeeded: 'succeeded narrative 2 -',
      failed: 'failed analysis 1 -',
    });
  });

  it('remembers the step that claimed it, and the one that had claimed the same stage before', () => {
    const named = (traceparent: string, at: number): UploadEvent => ({
      ...(claim('analysis', at) as Extract<UploadEvent, { kind: 'claimed' }>),
      traceparent,
    });
    const first = after(stored, named('first', 3000));
    assert.deepEqual([first.attemptTraceparent, first.earlierTraceparent], ['first', null]);
    const again = advance(advance(first, released('one')), named('second', 4000));
    assert.deepEqual([again.attemptTraceparent, again.earlierTraceparent], ['second', 'first']);
    // The narrative is not a repetition of the analysis.
    const narrating = advance(advance(again, analyzed('one')), claim('narrative', 5000));
    assert.equal(narrating.earlierTraceparent, null);
  });

  it('ends with a code and its sentence when it fails, and keeps the issues', () => {
    const { code, message, finishedAt, receipt: kept } = states.failed;
    assert.deepEqual(
      [code, message, finishedAt],
      ['recording/invalid', faults['recording/invalid'].sentence, 5000],
    );
    assert.deepEqual(kept, {
      processedSamples: 0,
      skippedSamples: 0,
      issues: [{ pointer: '/x', expected: 'y', received: 'z' }],
    });
    assert.deepEqual(advance(states.narrating, failed('two')).receipt, receipt, 'what was read stays known');
  });

  it('is finished when it succeeded or failed, and not before', () => {
    const done = Object.entries(states).filter(([, upload]) => finished(upload));
    assert.deepEqual(
      done.map(([name]) => name),
      ['succeeded', 'failed'],
    );
  });

  /** For every state and event: 'same' (already had its effect), a code, or 'moves'. */
  const table: Record<string, Record<keyof typeof states, string>> = {
    stored: {
      requested: 'moves',
      queued: 'same',
      analyzing: 'same',
      analyzed: 'same',
      narrating: 'same',
      succeeded: 'same',
      failed: 'same',
    },
    'claim of the analysis': {
      requested: 'moves',
      queued: 'moves',
      analyzing: 'upload/busy',
      analyzed: 'same',
      narrating: 'same',
      succeeded: 'same',
      failed: 'same',
    },
    'claim of the narrative': {
      requested: 'same',
      queued: 'same',
      analyzing: 'same',
      analyzed: 'moves',
      narrating: 'upload/busy',
      succeeded: 'same',
      failed: 'same',
    },
    'analysis of worker one': {
      requested: 'upload/fenced',
      queued: 'upload/fenced',
      analyzing: 'moves',
      analyzed: 'upload/fenced',
      narrating: 'upload/fenced',
      succeeded: 'upload/fenced',
      failed: 'upload/fenced',
    },
    'analysis of worker two': {
      requested: 'upload/fenced',
      queued: 'upload/fenced',
      analyzing: 'upload/fenced',
      analyzed: 'upload/fenced',
      narrating: 'upload/illegal-move',
      succeeded: 'upload/fenced',
      failed: 'upload/fenced',
    },
    'narrative of worker one': {
      requested: 'upload/fenced',
      queued: 'upload/fenced',
      analyzing: 'upload/illegal-move',
      analyzed: 'upload/fenced',
      narrating: 'upload/fenced',
      succeeded: 'upload/fenced',
      failed: 'upload/fenced',
    },
    'narrative of worker two': {
      requested: 'upload/fenced',
      queued: 'upload/fenced',
      analyzing: 'upload/fenced',
      analyzed: 'upload/fenced',
      narrating: 'moves',
      succeeded: 'upload/fenced',
      failed: 'upload/fenced',
    },
    'release of worker one': {
      requested: 'same',
      queued: 'same',
      analyzing: 'moves',
      analyzed: 'same',
      narrating: 'same',
      succeeded: 'same',
      failed: 'same',
    },
    'release of worker two': {
      requested: 'same',
      queued: 'same',
      analyzing: 'same',
      analyzed: 'same',
      narrating: 'moves',
      succeeded: 'same',
      failed: 'same',
    },
    'failure of worker one': {
      requested: 'upload/fenced',
      queued: 'upload/fenced',
      analyzing: 'moves',
      analyzed: 'upload/fenced',
      narrating: 'upload/fenced',
      succeeded: 'upload/fenced',
      failed: 'same',
    },
    'failure of nobody': {
      requested: 'moves',
      queued: 'same',
      analyzing: 'same',
      analyzed: 'same',
      narrating: 'same',
      succeeded: 'same',
      failed: 'same',
    },
    'renewal of worker one': {
      requested: 'upload/fenced',
      queued: 'upload/fenced',
      analyzing: 'moves',
      analyzed: 'upload/fenced',
      narrating: 'upload/fenced',
      succeeded: 'upload/fenced',
      failed: 'upload/fenced',
    },
    look: {
      requested: 'moves',
      queued: 'moves',
      analyzing: 'moves',
      analyzed: 'moves',
      narrating: 'moves',
      succeeded: 'same',
      failed: 'same',
    },
  };
  const events: Record<string, UploadEvent> = {
    stored,
    'claim of the analysis': claim('analysis', 4050, 'three'),
    'claim of the narrative': claim('narrative', 4050, 'three'),
    'analysis of worker one': analyzed('one'),
    'analysis of worker two': analyzed('two'),
    'narrative of worker one': narrated('one'),
    'narrative of worker two': narrated('two'),
    'release of worker one': released('one'),
    'release of worker two': released('two'),
    'failure of worker one': failed('one'),
    'failure of nobody': failed(null),
    'renewal of worker one': { kind: 'renewed', holder: 'one', until: 6000 },
    look: { kind: 'looked', at: 6000 },
  };
  const live: Upload = { ...states.analyzing, lease: { holder: 'one', until: 5000 } };
  for (const [name, expected] of Object.entries(table)) {
    for (const [state, outcome] of Object.entries(expected)) {
      it(`answers ${name} when it is ${state}: ${outcome}`, () => {
        const upload = state === 'analyzing' ? live : states[state as keyof typeof states];
        const before = structuredClone(upload);
        if (outcome.startsWith('upload/')) {
          assert.throws(() => advance(upload, events[name]!), { code: outcome });
        } else {
          const next = advance(upload, events[name]!);
          if (outcome === 'same') assert.equal(next, upload);
          else assert.notDeepEqual(next, before);
        }
        assert.deepEqual(upload, before, 'nothing is changed in place');
      });
    }
  }

  it('may be taken over from the very instant at which the lease runs out', () => {
    assert.throws(() => advance(states.analyzing, claim('analysis', 3099, 'two')), { code: 'upload/busy' });
    const taken = advance(states.analyzing, claim('analysis', 3100, 'two'));
    assert.deepEqual([taken.attempt, taken.lease], [2, { holder: 'two', until: 3200 }]);
    assert.throws(() => advance(taken, analyzed('one')), { code: 'upload/fenced' });
    assert.equal(advance(taken, analyzed('two')).stage, 'narrative');
  });

  it('expires only while nothing of it has come', () => {
    const expired: UploadEvent = { ...failed(null), code: 'upload/expired' } as UploadEvent;
    assert.deepEqual(
      [advance(fresh, expired).status, advance(fresh, expired).code],
      ['failed', 'upload/expired'],
    );
    for (const state of ['queued', 'analyzing', 'analyzed'] as const) {
      assert.equal(advance(states[state], expired), states[state], state);
    }
  });

  it('still belongs to a holder whose lease ran out while nobody took over', () => {
    assert.equal(advance(states.analyzing, analyzed('one')).stage, 'narrative');
  });

  it('takes no result from an attempt that gave the upload back', () => {
    const free = advance(states.analyzing, released('one'));
    assert.equal(free.lease, null);
    assert.throws(() => advance(free, analyzed('one')), { code: 'upload/fenced' });
  });

  it('counts a claim that comes before the storage event as stored', () => {
    const claimed = advance(fresh, claim('analysis', 3000));
    assert.equal(claimed.storedAt, 3000);
    assert.equal(advance(claimed, stored), claimed);
    assert.equal(states.analyzing.storedAt, 2000);
  });

  it('lets a worker that claims again, because the answer was lost, go on', () => {
    assert.equal(advance(states.analyzing, claim('analysis', 3010)), states.analyzing);
  });

  it('is not claimed for another upload that had the same id', () => {
    const meant: UploadEvent = { ...claim('analysis', 3000), incarnation: 'incarnation-0' } as UploadEvent;
    assert.equal(advance(states.queued, meant), states.queued);
    const ours: UploadEvent = { ...claim('analysis', 3000), incarnation: 'incarnation-1' } as UploadEvent;
    assert.equal(advance(states.queued, ours).status, 'processing');
  });

  it('is given up only after crashes that last longer than an incident, or after a day of faults', () => {
    const minute = 60_000;
    const crashed = (times: number, everyMs: number): Upload => {
      let upload = states.queued;
      for (let i = 0; i <= times; i++)
        upload = advance(upload, claim('analysis', i * everyMs, `worker-${i}`));
      return upload;
    };
    assert.deepEqual(crashed(5, minute).trouble, { crashes: 5, since: minute });
    assert.equal(
      isPoison(crashed(5, minute), 6 * minute),
      false,
      'instances are killed for other reasons, too',
    );
    assert.equal(isPoison(crashed(5, minute), 31 * minute), true);
    assert.equal(isPoison(crashed(4, minute), 31 * minute), false);
    const faulty = advance(states.analyzing, released('one', 10 * minute));
    assert.equal(isOutOfPatience(faulty, 10 * minute + 1439 * minute), false);
    assert.equal(isOutOfPatience(faulty, 10 * minute + 1440 * minute), true);
    // Being refused is no fault.
    assert.equal(advance(states.analyzing, released('one')).trouble.since, null);
    const onward = advance(advance(faulty, claim('analysis', 700_000)), analyzed('one'));
    assert.deepEqual(onward.trouble, { crashes: 0, since: null });
  });

  it('remembers how far it came, and forgets its trouble when it comes further', () => {
    const taken = advance(states.analyzing, claim('analysis', 4000, 'two'));
    assert.equal(taken.trouble.crashes, 1);
    const further = advance(taken, { kind: 'renewed', holder: 'two', until: 5000, checkpoint: 3 });
    assert.deepEqual([further.checkpoint, further.trouble.crashes, further.lease?.until], [3, 0, 5000]);
    assert.equal(advance(further, { kind: 'renewed', holder: 'two', until: 6000 }).checkpoint, 3);
  });

  it('is looked at after 8 minutes, then less and less often, and not at all when it has ended', () => {
    const minute = 60_000;
    assert.deepEqual(fresh.nextLook, { at: 1000 + 8 * minute, looks: 0 });
    const looks = [1, 2, 3, 4, 5, 6, 7].map((times) => {
      let upload = states.queued;
      for (let i = 0; i < times; i++) upload = advance(upload, { kind: 'looked', at: 0 });
      return upload.nextLook!.at / minute;
    });
    assert.deepEqual(looks, [16, 32, 64, 128, 256, 360, 360]);
    assert.deepEqual([states.succeeded.nextLook, states.failed.nextLook], [null, null]);
    assert.equal(advance(states.queued, { kind: 'recalled', at: 5000 }).nextLook!.at, 5000);
  });

  it('is analysed again when it had to do without a model', () => {
    const made = after(
      stored,
      claim('analysis', 3000),
      analyzed('one', true),
      claim('narrative', 4000),
      narrated('two'),
    );
    assert.deepEqual([made.status, made.provisional], ['succeeded', true]);
    assert.notEqual(made.nextLook, null);
    const again = advance(made, { kind: 'retried', at: 9000 });
    assert.deepEqual([again.status, again.stage], ['queued', 'analysis']);
    assert.throws(() => advance(states.succeeded, { kind: 'retried', at: 9000 }), {
      code: 'upload/illegal-move',
    });
  });
});
