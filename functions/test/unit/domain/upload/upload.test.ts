import assert from 'node:assert/strict';
import { Fault, faults, type FaultCode } from '../../../../src/domain/fault.ts';
import {
  advance,
  awaitsHolder,
  countsAsFault,
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
const begun: UploadEvent = { kind: 'begun', at: 3000 };
const claim = (at: number, holder = 'one'): UploadEvent => ({
  kind: 'claimed',
  holder,
  at,
  until: at + 100,
});
const analyzed = (textWanted: boolean, provisional = false): UploadEvent => ({
  kind: 'analyzed',
  receipt,
  provisional,
  textWanted,
  at: 3500,
});
const narrated = (holder: string): UploadEvent => ({ kind: 'narrated', holder, at: 4500 });
const released = (holder: string): UploadEvent => ({ kind: 'released', holder });
const failed: UploadEvent = {
  kind: 'failed',
  code: 'recording/invalid',
  issues: [{ pointer: '/x', expected: 'y', received: 'z' }],
  at: 5000,
};
const deleting: UploadEvent = { kind: 'deleting', at: 6000 };

const after = (...events: UploadEvent[]): Upload => events.reduce(advance, fresh);

/** Every state there is, and how it is reached. */
const states = {
  requested: fresh,
  queued: after(stored),
  'at work': after(stored, begun),
  analyzed: after(stored, begun, analyzed(true)),
  narrating: after(stored, begun, analyzed(true), claim(4000)),
  succeeded: after(stored, begun, analyzed(true), claim(4000), narrated('one')),
  failed: after(stored, begun, failed),
  deleting: after(stored, deleting),
};

describe('an upload', () => {
  it('goes from requested to succeeded, and every step leaves its time', () => {
    assert.deepEqual(states.succeeded, {
      status: 'succeeded',
      stage: 'narrative',
      incarnation: 'incarnation-1',
      attempt: 2,
      trouble: { crashes: 0, since: null },
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
      'at work': 'processing analysis 1 -',
      analyzed: 'processing narrative 1 -',
      narrating: 'processing narrative 2 one',
      succeeded: 'succeeded narrative 2 -',
      failed: 'failed analysis 1 -',
      deleting: 'deleting analysis 0 -',
    });
  });

  it('ends with its analysis where the text that comes with it is enough', () => {
    const { status, stage, attempt, analyzedAt, finishedAt, nextLook } = after(stored, analyzed(false));
    assert.deepEqual([status, stage, attempt], ['succeeded', 'narrative', 0]);
    assert.deepEqual([analyzedAt, finishedAt, nextLook], [3500, 3500, null]);
  });

  it('remembers the step that took it up, and the one that had taken up the same stage before', () => {
    const named = (event: UploadEvent, traceparent: string) => ({ ...event, traceparent }) as UploadEvent;
    const first = after(stored, named(begun, 'first'));
    assert.deepEqual([first.attemptTraceparent, first.earlierTraceparent], ['first', null]);
    const again = advance(first, named(begun, 'second'));
    assert.deepEqual(
      [again.attempt, again.attemptTraceparent, again.earlierTraceparent],
      [2, 'second', 'first'],
    );
    // The text is not a repetition of the analysis.
    const narrating = advance(advance(again, analyzed(true)), named(claim(5000), 'third'));
    assert.deepEqual([narrating.attemptTraceparent, narrating.earlierTraceparent], ['third', null]);
    const twice = advance(narrating, named(claim(6000, 'two'), 'fourth'));
    assert.deepEqual([twice.attemptTraceparent, twice.earlierTraceparent], ['fourth', 'third']);
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
    assert.deepEqual(advance(states.narrating, failed).receipt, receipt, 'what was read stays known');
  });

  it('is finished when it succeeded or failed, and not before', () => {
    const done = Object.entries(states).filter(([, upload]) => finished(upload));
    assert.deepEqual(
      done.map(([name]) => name),
      ['succeeded', 'failed'],
    );
  });

  /** For every state and event: 'same' (already had its effect, or has none), a code, or 'moves'. */
  const table: Record<string, Record<keyof typeof states, string>> = {
    stored: {
      requested: 'moves',
      queued: 'same',
      'at work': 'same',
      analyzed: 'same',
      narrating: 'same',
      succeeded: 'same',
      failed: 'same',
      deleting: 'same',
    },
    begun: {
      requested: 'upload/illegal-move',
      queued: 'moves',
      'at work': 'moves',
      analyzed: 'upload/illegal-move',
      narrating: 'upload/illegal-move',
      succeeded: 'upload/illegal-move',
      failed: 'upload/illegal-move',
      deleting: 'upload/illegal-move',
    },
    analysis: {
      requested: 'upload/illegal-move',
      queued: 'moves',
      'at work': 'moves',
      analyzed: 'upload/illegal-move',
      narrating: 'upload/illegal-move',
      succeeded: 'upload/illegal-move',
      failed: 'upload/illegal-move',
      deleting: 'upload/illegal-move',
    },
    'claim of worker one': {
      requested: 'same',
      queued: 'same',
      'at work': 'same',
      analyzed: 'moves',
      narrating: 'same',
      succeeded: 'same',
      failed: 'same',
      deleting: 'same',
    },
    'claim of worker two': {
      requested: 'same',
      queued: 'same',
      'at work': 'same',
      analyzed: 'moves',
      narrating: 'upload/busy',
      succeeded: 'same',
      failed: 'same',
      deleting: 'same',
    },
    'text of worker one': {
      requested: 'upload/fenced',
      queued: 'upload/fenced',
      'at work': 'upload/fenced',
      analyzed: 'upload/fenced',
      narrating: 'moves',
      succeeded: 'upload/fenced',
      failed: 'upload/fenced',
      deleting: 'upload/fenced',
    },
    'text of worker two': {
      requested: 'upload/fenced',
      queued: 'upload/fenced',
      'at work': 'upload/fenced',
      analyzed: 'upload/fenced',
      narrating: 'upload/fenced',
      succeeded: 'upload/fenced',
      failed: 'upload/fenced',
      deleting: 'upload/fenced',
    },
    'release of worker one': {
      requested: 'same',
      queued: 'same',
      'at work': 'same',
      analyzed: 'same',
      narrating: 'moves',
      succeeded: 'same',
      failed: 'same',
      deleting: 'same',
    },
    'release of worker two': {
      requested: 'same',
      queued: 'same',
      'at work': 'same',
      analyzed: 'same',
      narrating: 'same',
      succeeded: 'same',
      failed: 'same',
      deleting: 'same',
    },
    rewritten: {
      requested: 'upload/illegal-move',
      queued: 'upload/illegal-move',
      'at work': 'upload/illegal-move',
      analyzed: 'upload/illegal-move',
      narrating: 'upload/illegal-move',
      succeeded: 'moves',
      failed: 'upload/illegal-move',
      deleting: 'upload/illegal-move',
    },
    retried: {
      requested: 'upload/illegal-move',
      queued: 'upload/illegal-move',
      'at work': 'upload/illegal-move',
      analyzed: 'upload/illegal-move',
      narrating: 'upload/illegal-move',
      succeeded: 'upload/illegal-move',
      failed: 'moves',
      deleting: 'upload/illegal-move',
    },
    reopened: {
      requested: 'upload/illegal-move',
      queued: 'upload/illegal-move',
      'at work': 'upload/illegal-move',
      analyzed: 'upload/illegal-move',
      narrating: 'upload/illegal-move',
      succeeded: 'moves',
      failed: 'upload/illegal-move',
      deleting: 'upload/illegal-move',
    },
    fault: {
      requested: 'same',
      queued: 'moves',
      'at work': 'moves',
      analyzed: 'same',
      narrating: 'same',
      succeeded: 'same',
      failed: 'same',
      deleting: 'moves',
    },
    crash: {
      requested: 'same',
      queued: 'moves',
      'at work': 'moves',
      analyzed: 'same',
      narrating: 'same',
      succeeded: 'same',
      failed: 'same',
      deleting: 'moves',
    },
    failure: {
      requested: 'moves',
      queued: 'moves',
      'at work': 'moves',
      analyzed: 'moves',
      narrating: 'moves',
      succeeded: 'same',
      failed: 'same',
      deleting: 'same',
    },
    look: {
      requested: 'moves',
      queued: 'moves',
      'at work': 'moves',
      analyzed: 'moves',
      narrating: 'moves',
      succeeded: 'same',
      failed: 'same',
      deleting: 'moves',
    },
    recall: {
      requested: 'moves',
      queued: 'moves',
      'at work': 'moves',
      analyzed: 'moves',
      narrating: 'moves',
      succeeded: 'same',
      failed: 'same',
      deleting: 'moves',
    },
    deletion: {
      requested: 'moves',
      queued: 'moves',
      'at work': 'moves',
      analyzed: 'moves',
      narrating: 'moves',
      succeeded: 'moves',
      failed: 'moves',
      deleting: 'same',
    },
  };
  const events: Record<string, UploadEvent> = {
    stored,
    begun,
    analysis: analyzed(true),
    'claim of worker one': claim(4050),
    'claim of worker two': claim(4050, 'two'),
    'text of worker one': narrated('one'),
    'text of worker two': narrated('two'),
    'release of worker one': released('one'),
    'release of worker two': released('two'),
    rewritten: { kind: 'rewritten', at: 7000 },
    retried: { kind: 'retried', at: 7000 },
    reopened: { kind: 'reopened', at: 7000 },
    fault: { kind: 'troubled', at: 7000 },
    crash: { kind: 'crashed', at: 7000 },
    failure: failed,
    look: { kind: 'looked', at: 7000 },
    recall: { kind: 'recalled', at: 7000 },
    deletion: deleting,
  };
  for (const [name, expected] of Object.entries(table)) {
    for (const [state, outcome] of Object.entries(expected)) {
      it(`answers ${name} when it is ${state}: ${outcome}`, () => {
        const upload = states[state as keyof typeof states];
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

  it('may be taken over from the very instant at which the lease of its text runs out', () => {
    assert.throws(() => advance(states.narrating, claim(4099, 'two')), { code: 'upload/busy' });
    const taken = advance(states.narrating, claim(4100, 'two'));
    assert.deepEqual([taken.attempt, taken.lease], [3, { holder: 'two', until: 4200 }]);
    assert.throws(() => advance(taken, narrated('one')), { code: 'upload/fenced' });
    assert.equal(advance(taken, narrated('two')).status, 'succeeded');
  });

  it('still belongs to a holder whose lease ran out while nobody took over', () => {
    assert.equal(advance(states.narrating, narrated('one')).status, 'succeeded');
  });

  it('takes no text from an attempt that gave the upload back', () => {
    const free = advance(states.narrating, released('one'));
    assert.equal(free.lease, null);
    assert.throws(() => advance(free, narrated('one')), { code: 'upload/fenced' });
  });

  it('waits for whoever holds the person until its analysis is there, or it is gone', () => {
    const waiting = Object.entries(states).filter(([, upload]) => awaitsHolder(upload));
    assert.deepEqual(
      waiting.map(([name]) => name),
      ['queued', 'at work', 'deleting'],
    );
  });

  it('has, once it is being deleted, no results any more, and no lease', () => {
    const gone = advance(states.narrating, deleting);
    assert.deepEqual([gone.status, gone.lease], ['deleting', null]);
    assert.throws(() => advance(gone, narrated('one')), { code: 'upload/fenced' });
  });

  it('is given up only after crashes that last longer than an incident, or after a day of faults', () => {
    const minute = 60_000;
    const crashed = (times: number, everyMs: number): Upload => {
      let upload = states.queued;
      for (let i = 1; i <= times; i++) upload = advance(upload, { kind: 'crashed', at: i * everyMs });
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
    const faulty = advance(states.queued, { kind: 'troubled', at: 10 * minute });
    assert.equal(isOutOfPatience(faulty, 10 * minute + 1439 * minute), false);
    assert.equal(isOutOfPatience(faulty, 10 * minute + 1440 * minute), true);
    // A worker that lived to see a fault has not been brought down.
    const lived = advance(crashed(4, minute), { kind: 'troubled', at: 9 * minute });
    assert.deepEqual(lived.trouble, { crashes: 0, since: minute });
    assert.deepEqual(advance(faulty, analyzed(true)).trouble, { crashes: 0, since: null });
  });

  it('loses no patience where somebody else is at work, or is to be, nor with a fault of the sender', () => {
    const counts = (code: FaultCode) => countsAsFault(new Fault(code));
    assert.deepEqual(
      ['internal', 'service/unavailable'].filter((code) => !counts(code as FaultCode)),
      [],
    );
    const refusals = ['upload/busy', 'upload/fenced', 'upload/deleting', 'schema/newer', 'recording/invalid'];
    assert.deepEqual(
      refusals.filter((code) => counts(code as FaultCode)),
      [],
    );
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

  it('is analysed again when it had to do without a model, with a growing pause', () => {
    for (const ends of [[analyzed(false, true)], [analyzed(true, true), claim(4000), narrated('one')]]) {
      const made = after(stored, ...ends);
      assert.deepEqual([made.status, made.provisional], ['succeeded', true]);
      assert.equal(made.nextLook!.looks, 1);
      const again = advance(made, { kind: 'retried', at: 9000 });
      assert.deepEqual([again.status, again.stage, again.nextLook!.looks], ['queued', 'analysis', 1]);
      assert.equal(advance(again, analyzed(false, true)).nextLook!.looks, 2);
      assert.deepEqual(advance(again, analyzed(false)).nextLook, null);
    }
  });
});
