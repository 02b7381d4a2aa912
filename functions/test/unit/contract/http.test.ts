import assert from 'node:assert/strict';
import * as v from 'valibot';
import {
  contentTypeOf,
  idempotencyKeyOf,
  routeOf,
  statusAnswer,
  uploadAnswer,
} from '../../../src/contract/http.ts';
import { Problem, StatusAnswer, UploadAnswer } from '../../../src/contract/answers.ts';
import { Fault, faults, type FaultCode } from '../../../src/domain/fault.ts';
import { problemOf } from '../../../src/platform/problem.ts';
import { advance, requested } from '../../../src/domain/upload/upload.ts';
import { at, traceparent } from '../../support/build.ts';

const legacy = '/api/v1/health-data/upload';

describe('routeOf', () => {
  it('takes recordings at the function itself and at the path of the earlier backend', () => {
    for (const path of ['/', '', legacy]) assert.deepEqual(routeOf('POST', path), { kind: 'upload' });
  });

  it('tells the status of an upload', () => {
    assert.deepEqual(routeOf('GET', `${legacy}/upload-1/status`), { kind: 'status', uploadId: 'upload-1' });
  });

  it('refuses another method', () => {
    for (const [method, path] of [
      ['GET', '/'],
      ['PUT', legacy],
      ['HEAD', '/'],
      ['OPTIONS', '/'],
      ['POST', `${legacy}/upload-1/status`],
    ] as const) {
      assert.throws(() => routeOf(method, path), { code: 'request/method-not-allowed' });
    }
  });

  it('knows no other address', () => {
    for (const path of ['/x', `${legacy}/`, `${legacy}/upload-1`, `${legacy}/a/b/status`, '//', '/api']) {
      assert.throws(() => routeOf('POST', path), { code: 'request/not-found' }, path);
    }
  });

  it('knows no upload by a name that none can have', () => {
    for (const id of ['..', 'short', 'a'.repeat(65), '%2e%2e%2fother', 'upload 1']) {
      assert.throws(() => routeOf('GET', `${legacy}/${id}/status`), { code: 'upload/not-found' }, id);
    }
  });
});

describe('contentTypeOf', () => {
  it('takes JSON and NDJSON, as they are or gzip-encoded, with parameters and in any case', () => {
    assert.equal(contentTypeOf('application/json', undefined), 'application/json');
    assert.equal(contentTypeOf('application/json; charset=utf-8', 'gzip'), 'application/json');
    assert.equal(contentTypeOf('Application/X-NDJSON', 'GZIP'), 'application/x-ndjson');
    assert.equal(contentTypeOf(' application/json ', 'identity'), 'application/json');
  });

  it('refuses everything else', () => {
    for (const [type, encoding] of [
      [undefined, undefined],
      ['', undefined],
      ['text/plain', undefined],
      ['application/jsonp', undefined],
      ['multipart/form-data; boundary=x', undefined],
      ['application/json', 'br'],
      ['application/json', 'gzip, gzip'],
    ] as const) {
      assert.throws(() => contentTypeOf(type, encoding), { code: 'request/unsupported-media-type' });
    }
  });
});

describe('idempotencyKeyOf', () => {
  it('is an upload id where there is one', () => {
    assert.equal(idempotencyKeyOf(undefined), undefined);
    assert.equal(idempotencyKeyOf('upload_1-A'), 'upload_1-A');
  });

  it('is refused when it can be none, without repeating it', () => {
    for (const key of [
      'short',
      'with space',
      'a/../b/c/d',
      '',
      'ü'.repeat(10),
      ['upload-1', 'upload-2'],
      7,
    ]) {
      assert.throws(
        () => idempotencyKeyOf(key),
        (error: { code: string; issues: unknown[] }) => {
          assert.equal(error.code, 'request/invalid');
          assert.deepEqual(error.issues, [
            {
              pointer: '',
              expected: '8 to 64 letters, digits, "_" or "-" in the header Idempotency-Key',
              received: Array.isArray(key) ? 'array' : typeof key,
            },
          ]);
          return true;
        },
      );
    }
  });
});

describe('uploadAnswer', () => {
  const issues = [{ pointer: '/samples/0/unit', expected: 'one of count', received: 'another unit' }];
  const received = { uploadId: 'upload-1', processedSamples: 3, skippedSamples: 1, issues };

  it('is in camelCase', () => {
    assert.deepEqual(uploadAnswer({ ...received, snakeCase: false }), {
      success: true,
      uploadId: 'upload-1',
      status: 'queued',
      processedSamples: 3,
      skippedSamples: 1,
      errors: issues,
      message: '3 samples accepted, 1 skipped.',
    });
  });

  it('is in snake_case for a client that writes so', () => {
    assert.deepEqual(uploadAnswer({ ...received, snakeCase: true }), {
      success: true,
      upload_id: 'upload-1',
      status: 'queued',
      processed_samples: 3,
      skipped_samples: 1,
      errors: issues,
      message: '3 samples accepted, 1 skipped.',
    });
  });
});

describe('the schemas of the answers', () => {
  it('are those of the problem documents of every code', () => {
    for (const code of Object.keys(faults) as FaultCode[]) {
      const plain = problemOf(new Fault(code), 'request-1');
      assert.deepEqual(v.parse(Problem, plain), plain);
      const issue = { pointer: '/samples/0/unit', expected: 'one of count', received: 'another unit' };
      const detailed = problemOf(new Fault(code, { issues: [issue] }), 'request-1');
      assert.deepEqual(v.parse(Problem, detailed), detailed);
    }
  });

  it('are those of the answers of the function', () => {
    const received = { uploadId: 'upload-1', processedSamples: 3, skippedSamples: 1, issues: [] };
    const accepted = uploadAnswer({ ...received, snakeCase: false });
    assert.deepEqual(v.parse(UploadAnswer, accepted), accepted);
    const announced = { contentType: 'application/json', sizeBytes: 1, sha256: null };
    const announcement = requested(announced, traceparent, at('2025-06-10T10:00'), 'incarnation-1');
    const failed = advance(announcement, {
      kind: 'failed',
      code: 'upload/expired',
      issues: [],
      at: at('2025-06-11T10:00'),
    });
    for (const upload of [announcement, failed]) {
      const answer = statusAnswer('upload-1', upload);
      assert.deepEqual(v.parse(StatusAnswer, answer), answer);
    }
  });
});

describe('statusAnswer', () => {
  it('has the times in ISO 8601 and nothing of the lease or the trace', () => {
    const announced = { contentType: 'application/json', sizeBytes: 1, sha256: 'a'.repeat(64) };
    const upload = [
      { kind: 'stored', at: at('2025-06-10T10:00:01') } as const,
      { kind: 'begun', at: at('2025-06-10T10:00:02'), traceparent } as const,
    ].reduce(advance, requested(announced, traceparent, at('2025-06-10T10:00'), 'incarnation-1'));
    const answer = statusAnswer('upload-1', upload);
    assert.deepEqual(answer, {
      schemaVersion: 1,
      uploadId: 'upload-1',
      status: 'processing',
      stage: 'analysis',
      progress: 0.5,
      sentence: 'The recording is being analysed.',
      nextStep: 'There is nothing to do but wait a moment.',
      attempt: 1,
      code: null,
      message: null,
      receipt: null,
      requestedAt: '2025-06-10T10:00:00.000Z',
      storedAt: '2025-06-10T10:00:01.000Z',
      analyzedAt: null,
      finishedAt: null,
    });
  });
});
