// The little of gRPC that Terraform speaks to a provider: calls with one message each way, over HTTP/2 without TLS.
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import protobuf from 'protobufjs';

/** What a call gets and gives: messages as plain objects, with the field names of the .proto file. */
export type Answers = Record<string, (request: never) => object>;

export interface Served {
  /** host:port. */
  address: string;
  close: () => Promise<void>;
}

const status = { ok: '0', unimplemented: '12', internal: '13' };

/** Serves a service of a .proto file. What an answer throws becomes the error that the caller sees. */
export async function serve(protoFile: string, service: string, answers: Answers): Promise<Served> {
  const root = new protobuf.Root();
  const { methods } = (await root.load(protoFile, { keepCase: true })).lookupService(service);
  const calls = new Map<string | undefined, (bytes: Uint8Array) => Uint8Array>(
    Object.values(methods).map((method) => {
      method.resolve();
      const [request, response] = [method.resolvedRequestType!, method.resolvedResponseType!];
      const answer = (bytes: Uint8Array): Uint8Array =>
        response.encode(answers[method.name]!(request.decode(bytes) as never)).finish();
      return [`/${service}/${method.name}`, answer] as const;
    }),
  );

  const server = http2.createServer();
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('error', () => undefined);
    stream.on('end', () => {
      if (stream.destroyed) return; // the caller left
      const respond = (trailers: Record<string, string>, message?: Uint8Array) => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => {
          stream.sendTrailers(trailers);
        });
        stream.end(message && framed(message));
      };
      const answer = calls.get(headers[':path']);
      if (!answer) {
        respond({ 'grpc-status': status.unimplemented });
        return;
      }
      try {
        respond({ 'grpc-status': status.ok }, answer(Buffer.concat(parts).subarray(5)));
      } catch (error) {
        respond({
          'grpc-status': status.internal,
          'grpc-message': encodeURIComponent((error as Error).message),
        });
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      for (const session of sessions) session.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A message on the wire: not compressed, its length, its bytes. */
function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
