/** The HTTP server: it receives webhooks and calls, answers supervisors and serves the console. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createReceiver } from '../../adapters/github/receive/receive.ts';
import type { Config } from '../../config.ts';
import type { Api } from '../../control/application.ts';
import type { ConsoleFiles } from '../../control/console.ts';
import { AWAY, BROKEN } from '../../control/faults.ts';
import { answerProblem } from '../../control/problem.ts';
import type { AuthPages } from '../../control/sign-in/auth-pages.ts';
import type { TaskHook } from '../../control/task-hook.ts';
import type { Deliveries } from '../../engine/ports/deliveries.ts';
import type { Logger } from '../../engine/ports/logger.ts';
import type { Observe } from '../../engine/ports/telemetry.ts';
import { TOLD_WITHOUT_HOST } from '../../gateway/cut-connection.ts';
import { isAway } from '../stores/is-away.ts';
import { bind } from './bind.ts';
import { boundConnections } from './bound-connections.ts';
import { answerHealth, type Ready } from './health.ts';

/** A request that is being answered gets this long when the server ends. Milliseconds. */
const LAST_MS = 5_000;

/**
 * Nobody holds a connection for long without a request; the body of a webhook has limits of its own. Where
 * there are too many, one is cut at once, so the look for late ones may be rare.
 */
const TIMEOUTS = {
  headersTimeout: 5_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 5_000,
};
/** Far more than GitHub and a supervisor open at once, and far fewer than a process may have files. */
const MOST_CONNECTIONS = 500;

type Needs = {
  deliveries: Deliveries;
  /** Begins work on a delivery that is stored and acknowledged. */
  delivered: (guid: string, repository: number | null) => Promise<void>;
  logger: Logger;
  observe: Observe;
  ready: Ready;
  /** Other systems start tasks. */
  taskHook: TaskHook;
  consoleFiles: ConsoleFiles;
  authPages: AuthPages;
  api: Api;
};

export async function listen(
  config: Pick<Config, 'github' | 'listen'>,
  deps: Needs,
): Promise<{ url: string; port: number; close(): Promise<void> }> {
  const { deliveries, delivered, logger, observe, ready, taskHook } = deps;
  const { consoleFiles, authPages, api } = deps;
  const receive = createReceiver({
    secret: config.github.webhookSecret.reveal(),
    deliveries,
    log: logger,
    acknowledged: (guid, received, repository) => {
      if (received === 'stored') void delivered(guid, repository);
    },
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (await answerHealth(request, response, ready)) return;
    const from = Date.now();
    if (await receive(request, response)) {
      const { statusCode: status } = response;
      return observe({ type: 'delivery_received', status, from, to: Date.now() });
    }
    if (await taskHook(request, response)) return;
    if (await authPages(request, response)) return;
    if (await api(request, response)) return;
    if (await consoleFiles(request, response)) return;
    response.writeHead(404).end('Nothing is here.\n');
  };
  const server = createServer({ ...TIMEOUTS, ...TOLD_WITHOUT_HOST });
  boundConnections(server, MOST_CONNECTIONS, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      logger.error({ err: error }, 'a request could not be answered');
      if (response.headersSent) response.destroy();
      else answerProblem(response, isAway(error) ? AWAY : BROKEN);
    });
  });
  const { host } = config.listen;
  const port = await bind(server, config.listen);
  return {
    port,
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
