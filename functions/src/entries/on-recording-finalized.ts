import { onObjectFinalized } from 'firebase-functions/v2/storage';
import { app } from '../app.ts';
import { params } from '../config.ts';
import { uploadOfObject } from '../contract/upload.ts';
import { deployment } from '../deployment.ts';
import { handleEvent } from '../platform/event.ts';
import { queueAnalysis } from '../workflows/queue-analysis.ts';

/** Storage: a recording is stored, so its analysis is asked for. */
export const onRecordingFinalized = onObjectFinalized(
  { ...deployment.onRecordingFinalized, bucket: params.RECORDINGS_BUCKET },
  async (delivery) => {
    const object = delivery.data;
    const key = uploadOfObject(object.name);
    if (!key) return;
    await handleEvent(
      {
        event: 'onRecordingFinalized',
        delivery,
        uploadId: key.uploadId,
        traceparent: object.metadata?.traceparent,
      },
      (traceparent) => queueAnalysis(app(), key, traceparent, object.metadata?.incarnation),
    );
  },
);
