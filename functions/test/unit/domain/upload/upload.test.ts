import assert from 'node:assert/strict';
import { faults } from '../../../../src/domain/fault.ts';
import {
  advance,
  finished,
  requested,
  type Upload,
  type UploadEvent,
} from '../../../../src/domain/upload/upload.ts';
import { traceparent } from '../../../support/build.ts';

const announced = { contentType: 'application/json', sizeBytes: 10, sha256: null };
const receipt = { processedSamples: 3, skippedSamples: 1, issues: [] };
const fresh = requested(announced, traceparent, 1000);

const stored: UploadEvent = { kind: 'stored', at: 2000 };
const claim = (stage: 'analysis' | 'narrative', at: number, holder = 'one'): UploadEvent => ({
  kind: 'claimed',
  stage,
  holder,
  at,
  until: at + 100,
});
const analyzed = (attempt: number): UploadEvent => ({ kind: 'analyzed', attempt, receipt, at: 3500 });
const narrated = (attempt: number): UploadEvent => ({ kind: 'narrated', attempt, at: 4500 });
const failed = (attempt: number | null): UploadEvent => ({
  kind: 'failed',
  attempt,
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
  analyzed: after(stored, claim('analysis', 3000), analyzed(1)),
  narrating: after(stored, claim('analysis', 3000), analyzed(1), claim('narrative', 4000)),
  succeeded: after(stored, claim('analysis', 3000), analyzed(1), claim('narrative', 4000), narrated(2)),
  failed: after(stored, claim('analysis', 3000), failed(1)),
};

describe('an upload', () => {
  it('goes from requested to succeeded, and every step leaves its time', () => {
    assert.deepEqual(states.succeeded, {
      status: 'succeeded',
      stage: 'narrative',
      attempt: 2,
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
      narrating: 'processing narrative 2 one',
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
    const again = advance(advance(first, { kind: 'released', attempt: 1 }), named('second', 4000));
    assert.deepEqual([again.attemptTraceparent, again.earlierTraceparent], ['second', 'first']);
    // The narrative is not a repetition of the analysis.
    const narrating = advance(advance(again, analyzed(2)), claim('narrative', 5000));
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
    assert.deepEqual(advance(states.narrating, failed(2)).receipt, receipt, 'what was read stays known');
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
      requested: 'upload/illegal-move',
      queued: 'upload/illegal-move',
      analyzing: 'upload/illegal-move',
      analyzed: 'moves',
      narrating: 'upload/busy',
      succeeded: 'same',
      failed: 'same',
    },
    'analysis of attempt 1': {
      requested: 'upload/fenced',
      queued: 'upload/fenced',
      analyzing: 'moves',
      analyzed: 'upload/fenced',
      narrating: 'upload/fenced',
      succeeded: 'upload/fenced',
      failed: 'upload/fenced',
    },
    'analysis of attempt 2': {
      requested: 'upload/fenced',
      queued: 'upload/fenced',
      analyzing: 'upload/fenced',
      analyzed: 'upload/fenced',
      narrating: 'upload/illegal-move',
      succeeded: 'upload/fenced',
      failed: 'upload/fenced',
    },
    'narrative of attempt 1': {
      requested: 'upload/fenced',
      queued: 'upload/fenced',
      analyzing: 'upload/illegal-move',
      analyzed: 'upload/fenced',
      narrating: 'upload/fenced',
      succeeded: 'upload/fenced',
      failed: 'upload/fenced',
    },
    'narrative of attempt 2': {
      requested: 'upload/fenced',
      queued: 'upload/fenced',
      analyzing: 'upload/fenced',
      analyzed: 'upload/fenced',
      narrating: 'moves',
      succeeded: 'upload/fenced',
      failed: 'upload/fenced',
    },
    'release of attempt 1': {
      requested: 'same',
      queued: 'same',
      analyzing: 'moves',
      analyzed: 'same',
      narrating: 'same',
      succeeded: 'same',
      failed: 'same',
    },
    'release of attempt 2': {
      requested: 'same',
      queued: 'same',
      analyzing: 'same',
      analyzed: 'same',
      narrating: 'moves',
      succeeded: 'same',
      failed: 'same',
    },
    'failure of attempt 1': {
      requested: 'upload/fenced',
      queued: 'upload/fenced',
      analyzing: 'moves',
      analyzed: 'upload/fenced',
      narrating: 'upload/fenced',
      succeeded: 'upload/illegal-move',
      failed: 'same',
    },
    'failure of nobody': {
      requested: 'moves',
      queued: 'moves',
      analyzing: 'moves',
      analyzed: 'moves',
      narrating: 'moves',
      succeeded: 'upload/illegal-move',
      failed: 'same',
    },
  };
  const events: Record<string, UploadEvent> = {
    stored,
    'claim of the analysis': claim('analysis', 4050, 'two'),
    'claim of the narrative': claim('narrative', 4050, 'two'),
    'analysis of attempt 1': analyzed(1),
    'analysis of attempt 2': analyzed(2),
    'narrative of attempt 1': narrated(1),
    'narrative of attempt 2': narrated(2),
    'release of attempt 1': { kind: 'released', attempt: 1 },
    'release of attempt 2': { kind: 'released', attempt: 2 },
    'failure of attempt 1': failed(1),
    'failure of nobody': failed(null),
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
    assert.throws(() => advance(taken, analyzed(1)), { code: 'upload/fenced' });
    assert.equal(advance(taken, analyzed(2)).stage, 'narrative');
  });

  it('is not ended from outside while a lease is live, and is from the very instant at which it runs out', () => {
    const gaveUp = (time: number): UploadEvent => ({
      kind: 'failed',
      attempt: null,
      code: 'analysis/gave-up',
      issues: [],
      at: time,
    });
    assert.throws(() => advance(states.analyzing, gaveUp(3099)), { code: 'upload/busy' });
    assert.equal(advance(states.analyzing, gaveUp(3100)).status, 'failed');
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
    assert.equal(advance(states.analyzing, analyzed(1)).stage, 'narrative');
  });

  it('takes no result from an attempt that gave the upload back', () => {
    const released = advance(states.analyzing, { kind: 'released', attempt: 1 });
    assert.equal(released.lease, null);
    assert.throws(() => advance(released, analyzed(1)), { code: 'upload/fenced' });
  });

  it('counts a claim that comes before the storage event as stored', () => {
    const claimed = advance(fresh, claim('analysis', 3000));
    assert.equal(claimed.storedAt, 3000);
    assert.equal(advance(claimed, stored), claimed);
    assert.equal(states.analyzing.storedAt, 2000);
  });
});
