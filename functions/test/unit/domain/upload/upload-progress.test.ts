import assert from 'node:assert/strict';
import { faults, type FaultCode } from '../../../../src/domain/fault.ts';
import { advance, requested, type Upload, type UploadEvent } from '../../../../src/domain/upload/upload.ts';
import { progressOf } from '../../../../src/domain/upload/upload-progress.ts';
import { traceparent } from '../../../support/build.ts';

const announced = { contentType: 'application/json', sizeBytes: 10, sha256: null };
const receipt = { processedSamples: 3, skippedSamples: 1, issues: [] };
const fresh = requested(announced, traceparent, 1000, 'incarnation-1');

const fail = (code: FaultCode): UploadEvent => ({ kind: 'failed', code, issues: [], at: 9000 });
const claim = (at: number, holder: string): UploadEvent => ({ kind: 'claimed', holder, at, until: at + 100 });

const wholeWay: UploadEvent[] = [
  { kind: 'stored', at: 2000 },
  { kind: 'begun', at: 3000 },
  // Taken up by another worker.
  { kind: 'begun', at: 4000 },
  { kind: 'analyzed', receipt, provisional: false, textWanted: true, at: 5000 },
  claim(6000, 'one'),
  { kind: 'narrated', holder: 'one', at: 7000 },
];

/** The upload at the start and after each event. */
function statesOf(events: UploadEvent[]): Upload[] {
  const states = [fresh];
  for (const event of events) states.push(advance(states.at(-1)!, event));
  return states;
}

describe('the progress of an upload', () => {
  it('grows from 0 to 1 on the way to the text, with another sentence for each stage', () => {
    const told = statesOf(wholeWay).map(progressOf);
    assert.deepEqual(
      told.map(({ progress }) => progress),
      [0, 0.25, 0.5, 0.5, 0.75, 0.75, 1],
    );
    assert.equal(new Set(told.map(({ sentence }) => sentence)).size, 5);
  });

  it('does not fall when the upload fails, wherever it fails, and is never 1', () => {
    for (const state of statesOf(wholeWay).slice(0, -1)) {
      const before = progressOf(state).progress;
      const after = progressOf(advance(state, fail('analysis/gave-up'))).progress;
      assert.ok(after >= before && after < 1, `${state.status} ${state.stage}: ${before} -> ${after}`);
    }
  });

  it('begins again with another try', () => {
    const failed = statesOf([...wholeWay.slice(0, 2), fail('recording/invalid')]).at(-1)!;
    assert.equal(progressOf(advance(failed, { kind: 'retried', at: 9500 })).progress, 0.25);
  });

  it("tells the fault's own sentence where the sender can mend it, and says so where nobody but us can", () => {
    const failedWith = (code: FaultCode) => progressOf(advance(fresh, fail(code)));
    assert.deepEqual(failedWith('upload/expired'), {
      progress: 0,
      sentence: 'The recording did not arrive.',
      nextStep: faults['upload/expired'].sentence,
    });
    assert.match(failedWith('model/corrupt').nextStep, /^The fault is ours\./);
  });
});
