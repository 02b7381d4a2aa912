import { onSchedule } from 'firebase-functions/v2/scheduler';
import { app } from '../app.ts';
import { handleSchedule } from '../platform/event.ts';
import { log } from '../platform/log.ts';
import { sweepStalled as sweep } from '../workflows/sweepStalled.ts';

/** Schedule: repairs uploads whose events were lost, and templates that stand only because Vertex was away. */
export const sweepStalled = onSchedule(
  { schedule: 'every 10 minutes', timeoutSeconds: 540, maxInstances: 1 },
  () =>
    handleSchedule('sweepStalled', async () => {
      log('info', 'sweep.done', await sweep(app()));
    }),
);
