import { onMessagePublished } from 'firebase-functions/v2/pubsub';
import * as v from 'valibot';
import { app } from '../app.ts';
import { deadLetterTopic } from '../config.ts';
import { DeadLetterMessage } from '../contract/upload.ts';
import { deployment } from '../deployment.ts';
import { handleEvent, jsonOf } from '../platform/event.ts';
import { log } from '../platform/log.ts';
import { measure } from '../platform/metrics.ts';
import { buryDeadLetter } from '../workflows/buryDeadLetter.ts';

/** Pub/Sub: an analysis was given up, so the upload fails and the evidence is kept. */
export const onDeadLetter = onMessagePublished<unknown>(
  { ...deployment.onDeadLetter, topic: deadLetterTopic },
  async ({ data: { message } }) => {
    const letter = v.safeParse(DeadLetterMessage, jsonOf(message));
    if (!letter.success) {
      log('error', 'event.dropped', { event: 'onDeadLetter', reason: 'not a dead letter' });
      return;
    }
    const { uid, uploadId, code } = letter.output;
    const { traceparent = '', CloudPubSubDeadLetterSourceDeliveryCount: count } = message.attributes;
    await handleEvent({ event: 'onDeadLetter', key: { uid, uploadId }, traceparent }, async () => {
      const deliveries = count ? Number(count) : null;
      const outcome = await buryDeadLetter(app(), { uid, uploadId, code, deliveries, traceparent });
      // The line that the alert is made of.
      if (outcome === 'buried') {
        log('error', 'deadLetter.kept', { uploadId, code: code ?? 'analysis/gave-up' });
        measure('clarity_loop.dead_letters', 1);
      }
      return outcome;
    });
  },
);
