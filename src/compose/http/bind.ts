/** Listening on an address, or saying in words why that can't be. */
import type { Server } from 'node:http';

type Address = { host: string; port: number };

/** Returns the port that was bound. */
export async function bind(server: Server, { host, port }: Address): Promise<number> {
  await new Promise<void>((done, failed) => {
    server.once('error', error => failed(bindFault(error, { host, port })));
    server.listen(port, host, done);
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}

export function bindFault(error: NodeJS.ErrnoException, { host, port }: Address): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new Error(
        `Port ${port} on ${host} is taken by another process: end that one, or choose another port (PORT=… for serve, METRICS_PORT=… for its metrics, --port … for setup).`,
      );
    case 'EACCES':
      return new Error(`Port ${port} is the administrator's: choose one above 1023.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Error(
        `${host} is no address of this machine: set HOST, or METRICS_HOST for metrics, to one such as 127.0.0.1.`,
      );
    default:
      return error;
  }
}
