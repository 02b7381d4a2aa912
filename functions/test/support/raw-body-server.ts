// A function under the framework it is deployed on, in a process of its own: `raw` keeps its bodies, `plain` does not.
import type { AddressInfo } from 'node:net';
import { http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { bodyHeadersOf, bodyOf, keepBodiesRaw } from '../../src/platform/raw-body.ts';

if (process.argv[2] === 'raw') keepBodiesRaw();

http('read', async (request, response) => {
  let bytes = 0;
  let head = '';
  for await (const chunk of bodyOf(request)) {
    if (bytes === 0) head = Buffer.from(chunk).subarray(0, 20).toString('hex');
    bytes += chunk.length;
  }
  response.json({ bytes, head, headers: bodyHeadersOf(request), parsed: request.rawBody !== undefined });
});

const server = getTestServer('read');
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
