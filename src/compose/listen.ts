/** The HTTP server: webhooks are received; nothing else is here yet. */
import { createServer } from 'node:http';
import type { Logger } from 'pino';
import { createReceiver } from '../adapters/github/receive.ts';
import type { Config } from '../config.ts';
import type { Engine } from '../engine/engine.ts';
import type { Parts } from '../engine/parts.ts';

export async function listen(
  config: Config,
  { deliveries }: Parts,
  engine: Engine,
  logger: Logger,
): Promise<{ url: string; close(): Promise<void> }> {
  const receive = createReceiver({
    secret: config.github.webhookSecret.reveal(),
    deliveries,
    log: logger,
    acknowledged: (guid, received) => {
      if (received === 'stored') void engine.dispatcher.delivered(guid);
    },
  });
  const server = createServer((request, response) => {
    void receive(request, response).then(ours => {
      if (!ours) response.writeHead(404).end('Nothing is here.\n');
    });
  });
  const { host, port } = config.listen;
  await new Promise<void>((done, failed) => {
    server.once('error', failed).listen(port, host, done);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://${host}:${bound}`,
    close: () =>
      new Promise(done => {
        server.close(() => done());
        server.closeIdleConnections();
      }),
  };
}
