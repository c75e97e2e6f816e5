import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly event: string;
  readonly action: string | undefined;
  readonly guid: string;
  readonly headers: IncomingHttpHeaders;
  /** Whether the SHA-256 signature is right for the secret. */
  readonly signed: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: the contract has checked it against the event's schema
  readonly payload: any;
}

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** What the next deliveries are answered with. */
  status: number;
  /** `event.action` of everything received, in order. */
  names(): string[];
  last(event: string, action?: string): Received;
  close(): Promise<void>;
}

/** An App's webhook endpoint that only remembers. */
export async function startReceiver(secret: string): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const expected = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const given = String(request.headers['x-hub-signature-256']);
    const payload = JSON.parse(body.toString());
    received.push({
      event: String(request.headers['x-github-event']),
      action: payload.action,
      guid: String(request.headers['x-github-delivery']),
      headers: request.headers,
      signed:
        given.length === expected.length &&
        timingSafeEqual(Buffer.from(given), Buffer.from(expected)),
      payload,
    });
    response.writeHead(receiver.status).end('received');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    received,
    status: 202,
    names: () => received.map(({ event, action }) => (action ? `${event}.${action}` : event)),
    last(event, action) {
      const found = received.findLast(
        r => r.event === event && (action === undefined || r.action === action),
      );
      if (!found)
        throw new Error(`no ${event} ${action ?? ''} among ${receiver.names().join(', ')}`);
      return found;
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
  return receiver;
}
