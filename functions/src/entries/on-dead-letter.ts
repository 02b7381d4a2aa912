import { onMessagePublished } from 'firebase-functions/v2/pubsub';
import * as v from 'valibot';
import { app } from '../app.ts';
import { deadLetterTopic } from '../config.ts';
import { DeadLetterMessage } from '../contract/upload.ts';
import { deployment } from '../deployment.ts';
import { dropEvent, handleEvent, jsonOf } from '../platform/event.ts';
import { log } from '../telemetry/log.ts';
import { buryDeadLetter } from '../workflows/bury-dead-letter.ts';

/** Pub/Sub: an analysis was given up, so the upload fails and the evidence is kept. */
export const onDeadLetter = onMessagePublished<unknown>(
  { ...deployment.onDeadLetter, topic: deadLetterTopic },
  async (delivery) => {
    const { message } = delivery.data;
    const letter = v.safeParse(DeadLetterMessage, jsonOf(message));
    if (!letter.success) return dropEvent('onDeadLetter', delivery, 'not a dead letter');
    const { uid, uploadId, code } = letter.output;
    const { traceparent = '', CloudPubSubDeadLetterSourceDeliveryCount: count } = message.attributes;
    const step = { event: 'onDeadLetter', delivery, uploadId, traceparent };
    await handleEvent(step, async () => {
      const deliveries = count ? Number(count) : null;
      const outcome = await buryDeadLetter(app(), { uid, uploadId, code, deliveries, traceparent });
      // The line that the alert is made of.
      if (outcome === 'buried') log('error', 'deadLetter.kept', { code: code ?? 'analysis/gave-up' });
      return outcome;
    });
  },
);
