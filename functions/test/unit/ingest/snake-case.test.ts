import assert from 'node:assert/strict';
import { camelEnvelope, snakePointer, writesSnakeCase } from '../../../src/ingest/snake-case.ts';

describe('an envelope in snake_case', () => {
  it('is read as the same in camelCase, without keys that no envelope has', () => {
    const snake = { user_id: 'me', device_info: { time_zone: 'UTC', app_version: null }, other: 1 };
    assert.deepEqual(camelEnvelope(snake), { userId: 'me', deviceInfo: { timeZone: 'UTC' } });
  });

  it('is recognised by any key that is written differently in camelCase', () => {
    assert.equal(writesSnakeCase({ upload_id: 'a' }), true);
    assert.equal(writesSnakeCase({ uploadId: 'a', timestamp: 'b' }), false);
    assert.equal(writesSnakeCase({ timestamp: 'b' }), false);
  });

  it("has pointers in its own spelling, but for HealthKit's own keys", () => {
    assert.equal(snakePointer('/samples/0/startDate'), '/samples/0/start_date');
    assert.equal(snakePointer('/samples/0/metadata/HKTimeZone'), '/samples/0/metadata/HKTimeZone');
  });
});
