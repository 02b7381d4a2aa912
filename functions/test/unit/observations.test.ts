import assert from 'node:assert/strict';
import { observations } from '../../src/observations.ts';
import { advance, requested, type Upload, type UploadEvent } from '../../src/domain/upload/upload.ts';
import { newPerson, type PersonState } from '../../src/domain/person/person-state.ts';
import type { Measurement } from '../../src/telemetry/instrument.ts';
import type { NarrativeRequest, UploadMove } from '../../src/workflows/ports.ts';
import { someAnalysis, someNarrative } from '../support/stored-documents.ts';

const key = { uid: 'canary-person', uploadId: 'upload-1' };
const table = observations(
  { handOn: (traceparent) => `${traceparent}, handed on`, invocation: () => 'this invocation' },
  { analysisTopic: 'analysis-requested', deadLetterTopic: 'dead-letters', model: 'gemini-2.5-flash' },
);
const fresh = requested(
  { contentType: 'application/json', sizeBytes: 1, sha256: null },
  'root',
  1000,
  'incarnation-1',
);
const receipt = { processedSamples: 1, skippedSamples: 0, issues: [] };
const claim = (at: number): UploadEvent => ({
  kind: 'claimed',
  holder: `at ${at}`,
  at,
  until: at + 10,
  traceparent: `claimed at ${at}`,
});
const after = (...events: UploadEvent[]): Upload => events.reduce(advance, fresh);

const lines = (measurements: readonly Measurement[] = []): string[] =>
  measurements.map(({ name, value, attributes = {} }) =>
    [name.replace('clarity_loop.', ''), ...Object.values(attributes), value].join(' '),
  );

/** What is told of the last of several moves: `name attributes value`. */
function told(...events: UploadEvent[]): string[] {
  const moved = { upload: after(...events), revision: '1' };
  return lines(table.uploads.advance!.tell!([key, events.at(-1)!], moved, 0.01).measurements);
}

const stored: UploadEvent = { kind: 'stored', at: 3000 };
const analyzed = (textWanted: boolean): UploadEvent => ({
  kind: 'analyzed',
  receipt,
  provisional: false,
  textWanted,
  at: 9000,
});

/** What is told of a commit, from a state to another, that moves these uploads. */
function commit(
  [before, next]: [PersonState, PersonState],
  moves: readonly Omit<UploadMove, 'uploadId' | 'revision'>[],
  written = true,
) {
  const uploads = moves.map((move) => ({ uploadId: 'upload-1', revision: '1', ...move }));
  const from = { state: before, revision: '1' };
  const to = written ? { state: next, revision: '2' } : undefined;
  return table.histories.commit!.tell!([key.uid, from, next, { uploads }], to, 0.01);
}
const person = newPerson();
const committed = (...moves: Omit<UploadMove, 'uploadId' | 'revision'>[]): string[] =>
  lines(commit([person, person], moves).measurements);

describe('what is told of an upload', () => {
  it('is the time of each stage, from accepting it on, and how it ended', () => {
    assert.deepEqual(told(stored), ['stage.duration upload 2']);
    const upload = after(stored);
    // The template that stands until Gemini has answered is not the upload's text.
    const wanted = { upload, next: advance(upload, analyzed(true)), narrative: someNarrative() };
    assert.deepEqual(committed(wanted), ['stage.duration analysis 6', 'upload.duration analysis 8']);
    const narrating = [stored, analyzed(true), claim(10_000)];
    assert.deepEqual(told(...narrating), []);
    assert.deepEqual(told(...narrating, { kind: 'narrated', holder: 'at 10000', at: 11_000 }), [
      'stage.duration narrative 2',
      'upload.duration narrative 10',
      'uploads succeeded 1',
    ]);
    const failure: UploadEvent = { kind: 'failed', code: 'recording/invalid', issues: [], at: 5000 };
    const ended = ['uploads failed recording/invalid 1'];
    assert.deepEqual(
      [told(stored, failure), committed({ upload, next: advance(upload, failure) })],
      [ended, ended],
    );
  });

  it('is its end, and its text, where that comes with the analysis', () => {
    const upload = after(stored);
    const narrative = someNarrative();
    const told = { uploadId: 'upload-1', analysis: someAnalysis(), latest: true, narrative, traceparent: '' };
    assert.deepEqual(committed({ upload, next: advance(upload, analyzed(false)), told }), [
      'stage.duration analysis 6',
      'upload.duration analysis 8',
      'upload.duration narrative 8',
      'uploads succeeded 1',
      'narratives template no-consent 1',
    ]);
  });

  it('is nothing of a commit that was refused, of one that is forgotten, or of work that goes on', () => {
    const upload = after(stored);
    const done = { upload, next: advance(upload, analyzed(false)) };
    assert.deepEqual(lines(commit([person, person], [done], false).measurements), []);
    assert.deepEqual(committed({ upload, next: null }), []);
    assert.deepEqual(committed({ upload, next: advance(upload, { kind: 'begun', at: 4000 }) }), []);
  });

  it('is a retry where the worker that had it has died, tied to the step that did', () => {
    const upload = after(stored);
    const next = advance(upload, { kind: 'crashed', at: 50_000 });
    assert.deepEqual(committed({ upload, next }), ['retries analysis 1']);
    const heldBy = (holder: string, traceparent: string): PersonState => ({
      ...person,
      lease: { holder, until: 1, uploads: ['upload-1'] },
      traceparent,
    });
    const [dead, other] = [heldBy('one', 'of the dead'), heldBy('two', 'of the other')];
    assert.deepEqual(commit([dead, other], [{ upload, next }]).earlier, {
      traceparent: 'of the dead',
      attempt: 2,
    });
    assert.equal(commit([dead, heldBy('one', 'later')], []).earlier, undefined);
    assert.equal(commit([person, other], []).earlier, undefined);
  });

  it('is a retry when its text is claimed again, and tied to the attempt before', () => {
    const events = [
      stored,
      analyzed(true),
      claim(14_000),
      { kind: 'released', holder: 'at 14000' } as const,
      claim(15_000),
    ];
    assert.deepEqual(told(...events), ['retries narrative 1']);
    const moved = { upload: after(...events), revision: '1' };
    const { earlier } = table.uploads.advance!.tell!([key, events.at(-1)!], moved, 0.01);
    assert.deepEqual(earlier, { traceparent: 'claimed at 14000', attempt: 2 });
  });

  it('is nothing when the claim was refused because all had been done', () => {
    const done = { ...fresh, status: 'succeeded' as const };
    const { measurements, earlier } = table.uploads.advance!.tell!(
      [key, claim(4000)],
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
    const choices = { insights: [], connectives: [], suggestions: [] };
    const request: NarrativeRequest = { choices, language: 'en', problems: [], traceparent: 'given' };
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
    const [, event] = table.uploads.advance!.inputs!([key, claim(4000)]);
    assert.deepEqual(event, { ...claim(4000), traceparent: 'this invocation' });
    assert.deepEqual(table.uploads.advance!.inputs!([key, stored])[1], stored);
  });

  it('takes no input away from a call', () => {
    const options = { publishFirst: () => Promise.resolve() };
    const handed = table.uploads.advance!.inputs!([key, stored, undefined, options]);
    assert.deepEqual(handed.slice(2), [undefined, options]);
  });
});
