import type { Topic } from '@google-cloud/pubsub';
import type { AnalysisRequests } from '../workflows/ports.ts';

/** Publishes analysis requests: ids in the message, the trace in its attributes. */
export function pubsubRequests(open: () => Promise<Topic>): AnalysisRequests {
  return {
    async publish({ uid, uploadId, traceparent }) {
      const topic = await open();
      await topic.publishMessage({ json: { uid, uploadId }, attributes: { uploadId, traceparent } });
    },
  };
}
