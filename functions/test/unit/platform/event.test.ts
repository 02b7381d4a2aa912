import assert from 'node:assert/strict';
import { logged } from '../../support/logged.ts';
import { Fault } from '../../../src/domain/fault.ts';
import { handleEvent } from '../../../src/platform/event.ts';
import { parseTraceparent } from '../../../src/telemetry/trace.ts';
import { traceparent } from '../../support/build.ts';

const delivery = { id: 'event-1', type: 'google.cloud.pubsub.topic.v1.messagePublished' };
const step = { event: 'onX', delivery, uploadId: 'upload-1', traceparent };

describe('handleEvent', () => {
  it('runs a step inside the trace of the stage before, with one line in the log', async () => {
    let handed = '';
    const lines = await logged(() =>
      handleEvent(step, (context) => {
        handed = context;
        return Promise.resolve('queued');
      }),
    );
    assert.equal(parseTraceparent(handed)!.traceId, parseTraceparent(traceparent)!.traceId);
    const [{ message, event, uploadId, outcome, durationMs }] = lines as [Record<string, unknown>];
    assert.deepEqual(
      [lines.length, message, event, uploadId, outcome],
      [1, 'event.handled', 'onX', 'upload-1', 'queued'],
    );
    assert.equal(typeof durationMs, 'number');
    assert.equal(lines[0]!['logging.googleapis.com/spanId'], parseTraceparent(handed)!.spanId);
  });

  it('begins a trace where the event brings none', async () => {
    for (const none of [undefined, 'garbage']) {
      await logged(() =>
        handleEvent({ ...step, traceparent: none }, (context) => {
          assert.ok(parseTraceparent(context));
          return Promise.resolve('queued');
        }),
      );
    }
  });

  it('throws the fault, so that the event comes again, without the words of what was thrown', async () => {
    for (const [error, code, retry, name] of [
      [new Fault('upload/busy'), 'upload/busy', true, 'Fault'],
      [
        new Fault('service/unavailable', { cause: new RangeError('canary') }),
        'service/unavailable',
        true,
        'RangeError',
      ],
      [new TypeError('canary: 72 bpm'), 'internal', true, 'TypeError'],
      [new Fault('recording/invalid'), 'recording/invalid', false, 'Fault'],
    ] as const) {
      const lines = await logged(() =>
        assert.rejects(
          handleEvent(step, () => Promise.reject(error)),
          (thrown: Fault) => {
            assert.deepEqual([thrown.code, thrown.cause], [code, undefined]);
            return !String(thrown.stack).includes('canary');
          },
        ),
      );
      const [line] = lines;
      assert.deepEqual(
        [lines.length, line!.message, line!.code, line!.retry, line!.errorName],
        [1, 'event.failed', code, retry, name],
      );
      assert.doesNotMatch(JSON.stringify(lines), /canary/);
    }
  });
});
