import { onRequest } from 'firebase-functions/v2/https';
import { answerUpload } from '../answer-upload.ts';
import { app } from '../app.ts';
import { corsOrigins, servedFunction } from '../config.ts';
import { deployment } from '../deployment.ts';
import { keepBodiesRaw } from '../platform/raw-body.ts';

if (servedFunction === 'uploadRecording') keepBodiesRaw();

/** HTTPS: takes a recording, or tells the status of an upload. */
export const uploadRecording = onRequest(
  { ...deployment.uploadRecording, cors: corsOrigins() },
  (request, response) => answerUpload(app, request, response),
);
