import { onMessagePublished } from 'firebase-functions/v2/pubsub';
import * as v from 'valibot';
import { app } from '../app.ts';
import { analysisTopic } from '../config.ts';
import { AnalysisRequestMessage } from '../contract/upload.ts';
import { deployment } from '../deployment.ts';
import { dropEvent, handleEvent, jsonOf } from '../platform/event.ts';
import { analyzeRecording } from '../workflows/analyze-recording.ts';

/** Pub/Sub: analyses the recording that the message names. */
export const onAnalysisRequested = onMessagePublished<unknown>(
  { ...deployment.onAnalysisRequested, topic: analysisTopic },
  async (delivery) => {
    const { message } = delivery.data;
    const request = v.safeParse(AnalysisRequestMessage, jsonOf(message));
    if (!request.success) return dropEvent('onAnalysisRequested', delivery, 'not an analysis request');
    const key = request.output;
    await handleEvent(
      { event: 'onAnalysisRequested', delivery, key, traceparent: message.attributes.traceparent },
      (traceparent) => analyzeRecording(app(), { ...key, traceparent }),
    );
  },
);
