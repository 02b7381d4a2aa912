import assert from 'node:assert/strict';
import * as sdk from 'firebase-admin/firestore';
import { firestoreQuotas } from '../../../src/adapters/firestore/quotas.ts';
import { RecordingFirestore } from '../../support/recording-firestore.ts';

describe('firestoreQuotas', () => {
  it('spreads the uploads of one address over eight documents, and a person has one', async () => {
    const db = new RecordingFirestore();
    const { take } = firestoreQuotas(() => Promise.resolve({ sdk, db }));
    for (let i = 0; i < 200; i++)
      await take([{ subject: 'address:192.0.2.1', amounts: { addressUploads: 1 } }], 0);
    assert.equal(db.documents.size, 8);
    for (let i = 0; i < 10; i++) await take([{ subject: 'person:person-1', amounts: { uploads: 1 } }], 0);
    assert.equal(db.documents.size, 9);
  });
});
