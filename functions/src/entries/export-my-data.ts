import { onCall } from 'firebase-functions/v2/https';
import { app } from '../app.ts';
import { corsOrigins } from '../config.ts';
import { ExportInput } from '../contract/upload.ts';
import { deployment } from '../deployment.ts';
import { callable } from '../platform/callable.ts';
import { authorize } from '../workflows/authorize.ts';
import { exportMyData as writeExport } from '../workflows/export-my-data.ts';

/** Callable: writes what is stored about the person into one archive, for a day. */
export const exportMyData = onCall(
  { ...deployment.exportMyData, cors: corsOrigins() },
  callable(
    ExportInput,
    (credentials) => authorize(app(), credentials, { amounts: { exports: 1 }, consumeAppToken: true }),
    ({ uid, input: { format } }) => writeExport(app(), uid, format),
  ),
);
