// uploadRecording under the framework it is deployed on, on ports in memory, in a process of its own. Any bearer token is the
// name of whoever sends. It keeps no recording, so that what it holds is what reading takes. Asked for `peak` it tells the most
// memory it has held, in MiB.
import type { AddressInfo } from 'node:net';
import { http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { peakRssKib } from '../../../scripts/bench/peak-rss.ts';
import { memoryPorts } from '../../src/adapters/memory/memory.ts';
import { answerUpload } from '../../src/answer-upload.ts';
import { keepBodiesRaw } from '../../src/platform/raw-body.ts';

keepBodiesRaw();
const memory = memoryPorts();
const ports = {
  ...memory,
  tokens: { verify: (token: string) => Promise.resolve(token), verifyApp: () => Promise.resolve() },
  recordings: { ...memory.recordings, create: () => Promise.resolve(true) },
};
http('uploadRecording', (request, response) =>
  answerUpload(() => ports, request as Parameters<typeof answerUpload>[1], response),
);

const server = getTestServer('uploadRecording');
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
process.on('message', () => process.send!({ peakMib: Math.round(peakRssKib() / 1024) }));
