import assert from 'node:assert/strict';
import { logged } from '../../support/logged.ts';
import { errorFields, log } from '../../../src/telemetry/log.ts';
import { invoke } from '../../../src/telemetry/invocation.ts';
import { prettyLine } from '../../../src/telemetry/pretty-line.ts';
import { inTrace } from '../../../src/telemetry/trace.ts';
import { startCollector } from '../../../../scripts/local-stack/stand-ins/collector.ts';
import { runProgram } from '../../support/programs.ts';

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

  it('counts what it leaves out', async () => {
    const collector = await startCollector();
    const program = `
      const { log } = await load('telemetry/log.ts');
      const { flushTelemetry } = await load('telemetry/telemetry.ts');
      log('info', 'event.handled', { event: 'onX', heartRate: 72, uid: 'canary', outcome: undefined });
      await flushTelemetry();
    `;
    await runProgram(program, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin });
    const metrics = await (await fetch(`${collector.origin}/metrics`)).text();
    await collector.close();
    assert.match(metrics, /^clarity_loop_telemetry_dropped_total\{.*signal="log"\} 2$/m);
  });

  it('names the request and the upload in every line of an invocation', async () => {
    const about = {
      trigger: 'http',
      kind: 'server',
      traceparent: undefined,
      requestId: 'request-1',
    } as const;
    const lines = await logged(() =>
      invoke(about, (invocation) => {
        log('warn', 'narrator.breaker', { state: 'open' });
        invocation.uploadId = 'upload-1';
        log('warn', 'narrator.breaker', { state: 'closed' });
        return Promise.resolve();
      }),
    );
    assert.deepEqual(
      lines.map(({ requestId, uploadId, state }) => [requestId, uploadId, state]),
      [
        ['request-1', undefined, 'open'],
        ['request-1', 'upload-1', 'closed'],
      ],
    );
    for (const line of lines) assert.match(String(line['logging.googleapis.com/spanId']), /^[0-9a-f]{16}$/);
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

describe('a line at a terminal', () => {
  it('is its severity, its event and its fields, with the stack below', () => {
    const line = {
      level: 'error',
      severity: 'ERROR',
      message: 'event.failed',
      retry: true,
      stack: '    at x',
      'logging.googleapis.com/trace': 'projects/p/traces/abc',
      'logging.googleapis.com/trace_sampled': true,
    };
    const told = 'event.failed  retry=true  trace=abc\n    at x';
    assert.equal(prettyLine(line, { colours: false }), `ERROR   ${told}`);
    assert.equal(prettyLine(line, { colours: true }), `\u001b[31mERROR  \u001b[0m ${told}`);
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
