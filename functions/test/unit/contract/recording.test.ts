import assert from 'node:assert/strict';
import * as v from 'valibot';
import { readEnvelope, RecordingEnvelope, RecordingSample } from '../../../src/contract/recording.ts';
import { sampleWeek } from '../../../../scripts/sample-data/sample-week.ts';

describe('RecordingEnvelope', () => {
  it('asks for nothing, and deletes nothing unasked', () => {
    assert.deepEqual(v.parse(RecordingEnvelope, {}), { deletedSamples: [] });
  });

  it('keeps what it knows and lets the rest go', () => {
    const envelope = {
      schemaVersion: 1,
      userId: 'person-1',
      uploadId: 'upload-1',
      deviceInfo: {
        deviceModel: 'iPhone',
        systemName: 'iOS',
        systemVersion: '18.5',
        appVersion: '1',
        timeZone: 'Europe/Berlin',
      },
      timestamp: '2025-06-09T12:00:00Z',
      deletedSamples: ['a'],
    };
    assert.deepEqual(v.parse(RecordingEnvelope, { ...envelope, other: 1 }), envelope);
    for (const timestamp of [
      '2025-06-09T12:00:00.123Z',
      '2025-06-09T12:00:00+02:00',
      '2025-06-09T12:00:00-0330',
    ]) {
      assert.ok(v.is(RecordingEnvelope, { timestamp }), timestamp);
    }
  });

  it('says where it is wrong, what was expected and of what kind it was, never the value itself', () => {
    const canary = 'canary4711';
    for (const [value, expected] of [
      [{ schemaVersion: 2 }, { pointer: '/schemaVersion', expected: '1', received: 'number' }],
      [{ userId: 7 }, { pointer: '/userId', expected: 'a string', received: 'number' }],
      [
        { userId: canary.repeat(20) },
        { pointer: '/userId', expected: 'at most 128 characters', received: 'string' },
      ],
      [
        { uploadId: '../x' },
        { pointer: '/uploadId', expected: '8 to 64 letters, digits, "_" or "-"', received: 'string' },
      ],
      [
        { timestamp: canary },
        { pointer: '/timestamp', expected: 'an ISO 8601 timestamp', received: 'string' },
      ],
      [
        { deviceInfo: { appVersion: null } },
        { pointer: '/deviceInfo/appVersion', expected: 'a string', received: 'null' },
      ],
      [{ deletedSamples: canary }, { pointer: '/deletedSamples', expected: 'an array', received: 'string' }],
      [
        { deletedSamples: ['a', ''] },
        { pointer: '/deletedSamples/1', expected: 'at least 1 character', received: 'string' },
      ],
    ] as const) {
      const read = readEnvelope(value);
      assert.ok('issues' in read, 'was accepted');
      const [issue] = read.issues;
      assert.deepEqual(issue, expected);
      assert.doesNotMatch(JSON.stringify(issue), /canary/);
    }
  });
});

describe('RecordingSample', () => {
  it('describes what the phone sends', () => {
    for (const sample of sampleWeek({ days: 1 }).samples) {
      assert.deepEqual(v.parse(RecordingSample, sample), sample);
    }
  });
});
