import type { Topic } from '@google-cloud/pubsub';
import type { AnalysisRequests, DeadLetters } from '../workflows/ports.ts';

/** Publishes analysis requests: ids in the message, the trace in its attributes. */
export function pubsubRequests(open: () => Promise<Topic>): AnalysisRequests {
  return {
    async publish({ uid, uploadId, incarnation, traceparent }) {
      const topic = await open();
      const attributes = { ...(uploadId ? { uploadId } : {}), traceparent };
      await topic.publishMessage({ json: { uid, uploadId, incarnation }, attributes });
    },
  };
}

/** Publishes what was given up at once, in the same form as what Pub/Sub gives up, and with its code. */
export function pubsubDeadLetters(open: () => Promise<Topic>): Pick<DeadLetters, 'publish'> {
  return {
    async publish({ uid, uploadId, code, traceparent }) {
      const topic = await open();
      await topic.publishMessage({ json: { uid, uploadId, code }, attributes: { uploadId, traceparent } });
    },
  };
}
