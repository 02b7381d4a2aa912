import assert from 'node:assert/strict';
import { observations } from '../../src/observations.ts';
import { advance, requested, type Upload, type UploadEvent } from '../../src/domain/upload/upload.ts';
import type { NarrativeRequest } from '../../src/workflows/ports.ts';

const key = { uid: 'canary-person', uploadId: 'upload-1' };
const table = observations(
  { handOn: (traceparent) => `${traceparent}, handed on`, invocation: () => 'this invocation' },
  { analysisTopic: 'analysis-requested', deadLetterTopic: 'dead-letters', model: 'gemini-2.5-flash' },
);
const fresh = requested({ contentType: 'application/json', sizeBytes: 1, sha256: null }, 'root', 1000);
const receipt = { processedSamples: 1, skippedSamples: 0, issues: [] };
const claim = (stage: 'analysis' | 'narrative', at: number): UploadEvent => ({
  kind: 'claimed',
  stage,
  holder: `at ${at}`,
  at,
  until: at + 10,
  traceparent: `claimed at ${at}`,
});

/** What is told of the last of several moves: `name attributes value`. */
function told(...events: UploadEvent[]): string[] {
  const upload: Upload = events.reduce(advance, fresh);
  const { measurements = [] } = table.uploads.advance!.tell!(
    [key, events.at(-1)!],
    { upload, revision: '1' },
    0.01,
  );
  return measurements.map(({ name, value, attributes = {} }) =>
    [name.replace('clarity_loop.', ''), ...Object.values(attributes), value].join(' '),
  );
}

const stored: UploadEvent = { kind: 'stored', at: 3000 };
const analyzed: UploadEvent = { kind: 'analyzed', attempt: 1, receipt, at: 9000 };

describe('what is told of an upload', () => {
  it('is the time of each stage, from accepting it on, and how it ended', () => {
    assert.deepEqual(told(stored), ['stage.duration upload 2']);
    const claimed = [stored, claim('analysis', 4000)];
    assert.deepEqual(told(...claimed), ['queue.age 1']);
    assert.deepEqual(told(...claimed, analyzed), ['stage.duration analysis 6', 'upload.duration analysis 8']);
    const narrating = [...claimed, analyzed, claim('narrative', 10_000)];
    assert.deepEqual(told(...narrating), []);
    assert.deepEqual(told(...narrating, { kind: 'narrated', attempt: 2, at: 11_000 }), [
      'stage.duration narrative 2',
      'upload.duration narrative 10',
      'uploads succeeded 1',
    ]);
    const failure: UploadEvent = {
      kind: 'failed',
      attempt: 1,
      code: 'recording/invalid',
      issues: [],
      at: 5000,
    };
    assert.deepEqual(told(...claimed, failure), ['uploads failed recording/invalid 1']);
  });

  it('is a retry when the same stage is claimed again, and tied to the attempt before', () => {
    const events = [
      stored,
      claim('analysis', 4000),
      { kind: 'released', attempt: 1 } as const,
      claim('analysis', 5000),
    ];
    assert.deepEqual(told(...events), ['queue.age 2', 'retries analysis 1']);
    const { earlier } = table.uploads.advance!.tell!(
      [key, events.at(-1)!],
      { upload: events.reduce(advance, fresh), revision: '1' },
      0.01,
    );
    assert.deepEqual(earlier, { traceparent: 'claimed at 4000', attempt: 2 });
  });

  it('is nothing when the claim was refused because all had been done', () => {
    const done = { ...fresh, status: 'succeeded' as const };
    const { measurements, earlier } = table.uploads.advance!.tell!(
      [key, claim('analysis', 4000)],
      { upload: done, revision: '1' },
      0.01,
    );
    assert.deepEqual([measurements, earlier], [[], undefined]);
  });

  it('is that it was accepted, once', () => {
    const accepted = (created: boolean) =>
      table.uploads.open!.tell!([key, fresh], { upload: fresh, created }, 0.01).measurements!.length;
    assert.deepEqual([accepted(true), accepted(false)], [1, 0]);
  });
});

describe('the trace', () => {
  it('goes on from the very call that carries it', () => {
    const request = { facts: [], language: 'en', problems: [], traceparent: 'given' } as NarrativeRequest;
    assert.equal(table.narrator.write!.inputs!([request])[0].traceparent, 'given, handed on');
    const message = { ...key, traceparent: 'given' };
    assert.equal(table.requests.publish!.inputs!([message])[0].traceparent, 'given, handed on');
    const about = { contentType: 'application/json', traceparent: 'given' };
    assert.equal(
      table.recordings.create!.inputs!([key, Buffer.alloc(1), about])[2].traceparent,
      'given, handed on',
    );
  });

  it('leaves the name of the invocation with the claim that it makes', () => {
    const [, event] = table.uploads.advance!.inputs!([key, claim('analysis', 4000)]);
    assert.deepEqual(event, { ...claim('analysis', 4000), traceparent: 'this invocation' });
    assert.deepEqual(table.uploads.advance!.inputs!([key, stored])[1], stored);
  });

  it('takes no input away from a call', () => {
    const options = { publishFirst: () => Promise.resolve() };
    const handed = table.uploads.advance!.inputs!([key, stored, undefined, options]);
    assert.deepEqual(handed.slice(2), [undefined, options]);
  });
});
