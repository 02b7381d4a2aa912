import { onMessagePublished } from 'firebase-functions/v2/pubsub';
import * as v from 'valibot';
import { app } from '../app.ts';
import { analysisTopic } from '../config.ts';
import { AnalysisRequestMessage } from '../contract/upload.ts';
import { deployment } from '../deployment.ts';
import { dropEvent, handleEvent, jsonOf } from '../platform/event.ts';
import { servePerson } from '../workflows/serve-person.ts';

/** Pub/Sub: does what waits for the person that the message names. */
export const onAnalysisRequested = onMessagePublished<unknown>(
  { ...deployment.onAnalysisRequested, topic: analysisTopic },
  async (delivery) => {
    const { message } = delivery.data;
    const request = v.safeParse(AnalysisRequestMessage, jsonOf(message));
    if (!request.success) return dropEvent('onAnalysisRequested', delivery, 'not an analysis request');
    const { uploadId } = request.output;
    const { traceparent: carried } = message.attributes;
    const step = { event: 'onAnalysisRequested', delivery, uploadId, traceparent: carried };
    await handleEvent(step, (traceparent) => servePerson(app(), { ...request.output, traceparent }));
  },
);
