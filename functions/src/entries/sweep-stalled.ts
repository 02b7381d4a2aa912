import { onSchedule } from 'firebase-functions/v2/scheduler';
import { app } from '../app.ts';
import { deployment } from '../deployment.ts';
import { handleSchedule } from '../platform/event.ts';
import { log } from '../telemetry/log.ts';
import { sweepStalled as sweep } from '../workflows/sweep-stalled.ts';

/** Schedule: repairs uploads whose events were lost, and templates that stand only because Vertex was away. */
export const sweepStalled = onSchedule({ ...deployment.sweepStalled, schedule: 'every 10 minutes' }, () =>
  handleSchedule('sweepStalled', async () => {
    log('info', 'sweep.done', await sweep(app()));
  }),
);
