/** Metrics for Prometheus, on an address of their own: the public door never answers them. */
import { createServer } from 'node:http';
import type { Registry } from 'prom-client';
import { createWorkload } from '../../engine/workload.ts';
import { bind } from './bind.ts';
import { createGauges } from './gauges.ts';

type Needs = Parameters<typeof createWorkload>[0] & { failed: (error: unknown) => void };

/** `registry`: has what this process counts. */
export async function listenForMetrics(
  address: { host: string; port: number },
  registry: Registry,
  deps: Needs,
): Promise<{ port: number; close(): Promise<void> }> {
  const workload = createWorkload(deps);
  const setGauges = createGauges(registry);
  const read = async (): Promise<string> => {
    setGauges(await workload());
    return registry.metrics();
  };
  /** Whoever asks while it is read gets the same answer: asking often costs no more. */
  let reading: Promise<string> | null = null;
  const server = createServer((request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET') {
      response.writeHead(404).end('Metrics are at GET /metrics.\n');
      return;
    }
    reading ??= read().finally(() => {
      reading = null;
    });
    reading.then(
      text => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      (error: unknown) => {
        deps.failed(error);
        response.writeHead(503).end('The database does not answer.\n');
      },
    );
  });
  const port = await bind(server, address);
  return {
    port,
    close: () =>
      new Promise(done => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
