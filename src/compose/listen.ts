/** The HTTP server: it receives webhooks and answers supervisors. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createReceiver } from '../adapters/github/receive.ts';
import type { Config } from '../config.ts';
import type { Deliveries } from '../engine/ports/deliveries.ts';
import type { Logger } from '../engine/ports/logger.ts';
import { bind } from './bind.ts';
import { answerHealth, type Ready } from './health.ts';

/** A request that is being answered gets this long when the server ends. Milliseconds. */
const LAST_MS = 5_000;

type Parts = {
  deliveries: Deliveries;
  /** Begins work on a delivery that is stored and acknowledged. */
  delivered: (guid: string) => Promise<void>;
  logger: Logger;
  ready: Ready;
};

export async function listen(
  config: Pick<Config, 'github' | 'listen'>,
  parts: Parts,
): Promise<{ url: string; close(): Promise<void> }> {
  const { deliveries, delivered, logger, ready } = parts;
  const receive = createReceiver({
    secret: config.github.webhookSecret.reveal(),
    deliveries,
    log: logger,
    acknowledged: (guid, received) => {
      if (received === 'stored') void delivered(guid);
    },
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (await answerHealth(request, response, ready)) return;
    if (await receive(request, response)) return;
    response.writeHead(404).end('Nothing is here.\n');
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      logger.error({ err: error }, 'a request could not be answered');
      response.destroy();
    });
  });
  const { host } = config.listen;
  const port = await bind(server, config.listen);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () =>
      new Promise(done => {
        const late = setTimeout(() => server.closeAllConnections(), LAST_MS);
        server.close(() => {
          clearTimeout(late);
          done();
        });
        server.closeIdleConnections();
      }),
  };
}
