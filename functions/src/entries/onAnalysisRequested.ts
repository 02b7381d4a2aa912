import { onMessagePublished } from 'firebase-functions/v2/pubsub';
import * as v from 'valibot';
import { app } from '../app.ts';
import { analysisTopic } from '../config.ts';
import { AnalysisRequestMessage } from '../contract/upload.ts';
import { deployment } from '../deployment.ts';
import { handleEvent, jsonOf } from '../platform/event.ts';
import { log } from '../platform/log.ts';
import { analyzeRecording } from '../workflows/analyzeRecording.ts';

/** Pub/Sub: analyses the recording that the message names. */
export const onAnalysisRequested = onMessagePublished<unknown>(
  { ...deployment.onAnalysisRequested, topic: analysisTopic },
  async ({ data: { message } }) => {
    const request = v.safeParse(AnalysisRequestMessage, jsonOf(message));
    if (!request.success) {
      log('error', 'event.dropped', { event: 'onAnalysisRequested', reason: 'not an analysis request' });
      return;
    }
    const key = request.output;
    await handleEvent(
      { event: 'onAnalysisRequested', key, traceparent: message.attributes.traceparent },
      (traceparent) => analyzeRecording(app(), { ...key, traceparent }),
    );
  },
);
