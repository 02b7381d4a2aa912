import assert from 'node:assert/strict';
import * as v from 'valibot';
import {
  AnalysisRequestMessage,
  maxObjectBytes,
  paths,
  RequestUploadInput,
  Traceparent,
  Uid,
  UploadId,
  uploadOfObject,
} from '../../../src/contract/upload.ts';
import { traceparent } from '../../support/build.ts';

const input = { contentType: 'application/json', sizeBytes: 1 };

describe('UploadId', () => {
  it('is 8 to 64 characters that are safe in every path', () => {
    for (const id of ['12345678', 'a'.repeat(64), 'A-z_0-9-']) assert.ok(v.is(UploadId, id), id);
    for (const id of [
      '1234567',
      'a'.repeat(65),
      'with/slash',
      'with.dot',
      '../../../etc',
      'upload 1',
      'upload-1\n',
      8,
      null,
    ]) {
      assert.ok(!v.is(UploadId, id), String(id));
    }
  });
});

describe('Uid', () => {
  it('is what Firebase gives, and never a path', () => {
    for (const uid of ['x', 'a'.repeat(128), 'person@example.com']) assert.ok(v.is(Uid, uid), uid);
    for (const uid of ['', 'a'.repeat(129), 'a/b', 7]) assert.ok(!v.is(Uid, uid), String(uid));
  });
});

describe('Traceparent', () => {
  it('is version 00 of the W3C', () => {
    assert.ok(v.is(Traceparent, traceparent));
    for (const text of [
      '',
      traceparent.slice(1),
      traceparent.replace('00-', '01-'),
      traceparent.toUpperCase(),
    ]) {
      assert.ok(!v.is(Traceparent, text), text);
    }
  });
});

describe('RequestUploadInput', () => {
  it('takes an announcement', () => {
    const whole = {
      ...input,
      contentType: 'application/x-ndjson',
      sha256: 'a'.repeat(64),
      uploadId: 'upload-1',
    };
    assert.deepEqual(v.parse(RequestUploadInput, whole), whole);
    assert.deepEqual(v.parse(RequestUploadInput, { ...input, sizeBytes: maxObjectBytes }), {
      ...input,
      sizeBytes: maxObjectBytes,
    });
  });

  it('refuses what storage would refuse later, and what nobody asked for', () => {
    for (const rest of [
      { contentType: 'text/plain' },
      { contentType: undefined },
      { sizeBytes: 0 },
      { sizeBytes: -1 },
      { sizeBytes: 1.5 },
      { sizeBytes: maxObjectBytes + 1 },
      { sizeBytes: '1' },
      { sha256: 'A'.repeat(64) },
      { sha256: 'a'.repeat(63) },
      { uploadId: '../other' },
      { path: 'recordings/other/upload-1' },
      { uid: 'other' },
    ]) {
      assert.ok(!v.is(RequestUploadInput, { ...input, ...rest }), JSON.stringify(rest));
    }
  });
});

describe('AnalysisRequestMessage', () => {
  it('is ids: of a person, of an upload that waits, and of that very upload', () => {
    const key = { uid: 'person-1', uploadId: 'upload-1' };
    assert.deepEqual(v.parse(AnalysisRequestMessage, { ...key, heartRate: 72 }), key);
    const exact = { ...key, incarnation: 'incarnation-1' };
    assert.deepEqual(v.parse(AnalysisRequestMessage, exact), exact);
    assert.deepEqual(v.parse(AnalysisRequestMessage, { uid: 'person-1' }), { uid: 'person-1' });
    for (const bad of [
      null,
      [],
      {},
      { uid: 'a/b', uploadId: 'upload-1' },
      { uid: 'person-1', uploadId: '../x' },
      { uid: 'person-1', uploadId: 'upload-1', incarnation: 1 },
    ]) {
      assert.ok(!v.is(AnalysisRequestMessage, bad));
    }
  });
});

describe('paths', () => {
  it('keep everything of a person under the person, and the recordings by person', () => {
    const places = [
      paths.person('p'),
      paths.upload('p', 'u'),
      paths.analysis('p', 'u'),
      paths.narrative('p', 'u'),
      paths.personState('p'),
      paths.samples('p', '2025-06-09'),
      paths.allSamples('p'),
      paths.week('p', '2025-06-09'),
      paths.summary('p', '2025-06-10'),
      paths.days('p'),
      paths.tombstones('p'),
      paths.recording('p', 'u'),
    ];
    assert.deepEqual(places, [
      'users/p',
      'users/p/uploads/u',
      'users/p/analyses/u',
      'users/p/narratives/u',
      'users/p/private/state',
      'users/p/samples/2025-06-09',
      'users/p/samples',
      'users/p/weeks/2025-06-09',
      'users/p/summaries/2025-06-10',
      'users/p/days',
      'users/p/deletions/samples',
      'recordings/p/u',
    ]);
  });
});

describe('uploadOfObject', () => {
  it('finds the upload of a recording', () => {
    assert.deepEqual(uploadOfObject(paths.recording('p', 'upload-1')), { uid: 'p', uploadId: 'upload-1' });
  });

  it('finds none for other objects', () => {
    for (const name of [
      '',
      'recordings',
      'recordings/p',
      'exports/p/upload-1',
      'recordings/p/upload-1/x',
      'recordings//upload-1',
      'recordings/p/../x',
      'x/recordings/p/upload-1',
    ]) {
      assert.equal(uploadOfObject(name), undefined, name);
    }
  });
});
