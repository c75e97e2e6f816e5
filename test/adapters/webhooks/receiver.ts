/** A receiver of webhooks on loopback, which keeps what it got. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

export async function startReceiver(answer: RequestListener = (_, response) => response.end()) {
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await text(request) });
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    received,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
