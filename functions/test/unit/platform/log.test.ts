import assert from 'node:assert/strict';
import { logged } from '../../support/logged.ts';
import { errorFields, log } from '../../../src/platform/log.ts';
import { inTrace } from '../../../src/platform/trace.ts';

describe('log', () => {
  it('writes one line of JSON as Cloud Logging reads it', async () => {
    const lines = await logged(() =>
      log('info', 'event.handled', { event: 'onX', uploadId: 'upload-1', outcome: 'queued', durationMs: 5 }),
    );
    assert.deepEqual(lines, [
      {
        level: 'info',
        severity: 'INFO',
        message: 'event.handled',
        event: 'onX',
        uploadId: 'upload-1',
        outcome: 'queued',
        durationMs: 5,
      },
    ]);
  });

  it('leaves out every field that the event does not have: a health value has no name here', async () => {
    const fields = {
      event: 'onX',
      heartRate: 72,
      uid: 'person-1',
      samples: [1],
      message: 'bpm 72',
      level: 'x',
    };
    const [line] = await logged(() => log('info', 'event.handled', fields as object));
    assert.deepEqual(line, { level: 'info', severity: 'INFO', message: 'event.handled', event: 'onX' });
  });

  it('carries the ids of its trace, as Cloud Logging joins them', async () => {
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: false };
    const [line] = await logged(() => inTrace(trace, () => log('error', 'event.failed', { retry: true })));
    assert.deepEqual(line, {
      level: 'error',
      severity: 'ERROR',
      message: 'event.failed',
      retry: true,
      'logging.googleapis.com/trace': `projects/${process.env.GCLOUD_PROJECT}/traces/${'a'.repeat(32)}`,
      'logging.googleapis.com/spanId': 'b'.repeat(16),
      'logging.googleapis.com/trace_sampled': false,
    });
  });

  it('says warnings as Cloud Logging calls them, and debugging not at all unless it is asked for', async () => {
    const lines = await logged(() => {
      log('warn', 'event.dropped', {});
      log('debug', 'event.dropped', {});
    });
    assert.deepEqual(
      lines.map(({ severity }) => severity),
      ['WARNING'],
    );
  });
});

describe('errorFields', () => {
  it('are the class of an error and where it happened, never its words', () => {
    const { errorName, stack } = errorFields(new RangeError('canary: heart rate'));
    assert.equal(errorName, 'RangeError');
    assert.match(stack!, /^\s+at .*log\.test\.ts/);
    assert.doesNotMatch(stack!, /canary|heart/);
  });

  it('do not take a line of the message for a place', () => {
    const { stack } = errorFields(new Error('unexpected\n    at canary 72 bpm\n  at canary'));
    assert.doesNotMatch(stack!, /canary/);
  });

  it('are little of what is no error', () => {
    assert.deepEqual(errorFields('heart rate 72'), { errorName: 'string' });
    assert.deepEqual(errorFields(undefined), { errorName: 'undefined' });
  });

  it('stay short', () => {
    const deep = (n: number): Error => (n > 0 ? deep(n - 1) : new Error('x'));
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 50;
    const { stack } = errorFields(deep(40));
    Error.stackTraceLimit = limit;
    assert.equal(stack!.split('\n').length, 12);
  });
});
