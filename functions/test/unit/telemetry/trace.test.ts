import assert from 'node:assert/strict';
import {
  childOf,
  currentTrace,
  formatTraceparent,
  inTrace,
  parseTraceparent,
} from '../../../src/telemetry/trace.ts';
import { traceparent } from '../../support/build.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('traceparent', () => {
  it('is read and written as the W3C says', () => {
    const trace = { traceId, spanId: '00f067aa0ba902b7', sampled: true };
    assert.deepEqual(parseTraceparent(traceparent), trace);
    assert.equal(formatTraceparent(trace), traceparent);
    const unsampled = traceparent.replace(/01$/, '00');
    assert.equal(parseTraceparent(unsampled)!.sampled, false);
    assert.equal(formatTraceparent({ ...trace, sampled: false }), unsampled);
    assert.equal(parseTraceparent(traceparent.replace(/01$/, '03'))!.sampled, true);
    assert.equal(parseTraceparent(traceparent.replace(/01$/, '02'))!.sampled, false);
  });

  it('is nothing where there is none or a malformed one', () => {
    for (const text of [
      undefined,
      '',
      'x',
      traceparent.replace('00-', 'ff-'),
      traceparent.toUpperCase(),
      `${traceparent}-extra`,
      `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
      `00-${traceId}-${'0'.repeat(16)}-01`,
    ]) {
      assert.equal(parseTraceparent(text), undefined, text);
    }
  });
});

describe('childOf', () => {
  it('is another step of the same trace', () => {
    const child = childOf(traceparent);
    assert.equal(child.traceId, traceId);
    assert.equal(child.sampled, true);
    assert.notEqual(child.spanId, '00f067aa0ba902b7');
    assert.match(child.spanId, /^[0-9a-f]{16}$/);
    assert.equal(childOf(traceparent.replace(/01$/, '00')).sampled, false);
  });

  it('begins a new trace where there is none', () => {
    const [one, two] = [childOf(undefined), childOf('garbage')];
    for (const trace of [one, two]) assert.ok(parseTraceparent(formatTraceparent(trace)));
    assert.notEqual(one.traceId, two.traceId);
  });
});

describe('inTrace', () => {
  it('is there for everything that follows, and for nothing else', async () => {
    assert.equal(currentTrace(), undefined);
    const [one, two] = [childOf(undefined), childOf(undefined)];
    const seen = (trace: typeof one) =>
      inTrace(trace, async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return currentTrace();
      });
    assert.deepEqual(await Promise.all([seen(one), seen(two)]), [one, two]);
    assert.equal(currentTrace(), undefined);
  });
});
