import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

export type SentryEvent = Record<string, unknown> & {
  tags: Record<string, string>;
  fingerprint: string[];
  exception: {
    values: { type: string; value?: string; stacktrace: { frames: Record<string, unknown>[] } }[];
  };
  contexts: { trace: { trace_id: string; span_id: string } };
};

export interface SentryIngest {
  dsn: string;
  events: SentryEvent[];
  /** Everything that arrived, as it was written: envelopes of any kind. */
  bodies: string[];
  /** From now on requests get no answer. */
  hang(): void;
  close(): void;
}

/** Where Sentry's SDK sends to: takes envelopes, lines of JSON of which every other one is an item. */
export async function startSentryIngest(): Promise<SentryIngest> {
  const events: SentryEvent[] = [];
  const bodies: string[] = [];
  let answers = true;
  const server = http.createServer((request, response) => {
    void buffer(request).then((bytes) => {
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
      bodies.push(text);
      const [, ...items] = text.trimEnd().split('\n');
      for (let i = 0; i + 1 < items.length; i += 2) {
        const { type } = JSON.parse(items[i]!) as { type: string };
        if (type === 'event') events.push(JSON.parse(items[i + 1]!) as SentryEvent);
      }
      if (answers) response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    dsn: `http://key@127.0.0.1:${(server.address() as AddressInfo).port}/42`,
    events,
    bodies,
    hang() {
      answers = false;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
