import { onCall } from 'firebase-functions/v2/https';
import { app } from '../app.ts';
import { corsOrigins } from '../config.ts';
import { DeleteMyDataInput } from '../contract/upload.ts';
import { deployment } from '../deployment.ts';
import { callable } from '../platform/callable.ts';
import { authorize } from '../workflows/authorize.ts';
import { deleteMyData as erase } from '../workflows/delete-my-data.ts';

/** Callable: deletes everything that is stored about the person. */
export const deleteMyData = onCall(
  { ...deployment.deleteMyData, cors: corsOrigins() },
  callable(
    DeleteMyDataInput,
    (credentials) => authorize(app(), credentials, { amounts: { erasures: 1 }, consumeAppToken: true }),
    ({ uid }) => erase(app(), uid),
  ),
);
