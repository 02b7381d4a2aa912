import assert from 'node:assert/strict';
import { exportMyData } from '../../../src/workflows/export-my-data.ts';
import { json, sentSample, uid, world } from '../../support/build.ts';

const heartRate = sentSample({ sampleType: 'heartRate', value: 61, unit: 'count/min' });

interface Entry {
  resource: {
    resourceType: string;
    code?: { coding: { code: string }[] };
    valueQuantity?: { value: number };
  };
}

describe('exportMyData', () => {
  it('gives the samples and the analyses as a FHIR Bundle', async () => {
    const { receive, analyze, ports, state } = world();
    const { uploadId } = await receive(json({ samples: [heartRate, sentSample()] }));
    await analyze(uploadId);
    const answer = await exportMyData(ports, uid, 'fhir');
    assert.deepEqual(answer, {
      path: `exports/${uid}/fhir-2025-06-16T08.json`,
      contentType: 'application/fhir+json',
      expiresAt: '2025-06-17T08:00:00.000Z',
    });
    const { body, contentType } = state.exports.get(answer.path)!;
    assert.equal(contentType, answer.contentType);
    const bundle = JSON.parse(body.toString()) as { resourceType: string; timestamp: string; entry: Entry[] };
    assert.deepEqual([bundle.resourceType, bundle.timestamp], ['Bundle', '2025-06-16T08:00:00.000Z']);
    const measured = bundle.entry.filter(({ resource }) => resource.code?.coding[0]!.code === '8867-4');
    assert.deepEqual(
      measured.map(({ resource }) => resource.valueQuantity!.value),
      [61],
    );
  });

  it('renews the archive of the same hour, and keeps the two formats apart', async () => {
    const { ports, state, clock } = world();
    const first = await exportMyData(ports, uid, 'json');
    clock.time += 60_000;
    assert.equal((await exportMyData(ports, uid, 'json')).path, first.path);
    await exportMyData(ports, uid, 'fhir');
    assert.equal(state.exports.size, 2);
    clock.time += 3_600_000;
    assert.notEqual((await exportMyData(ports, uid, 'json')).path, first.path);
  });
});
