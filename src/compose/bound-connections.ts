/**
 * Bounds the connections of a server. Where there are too many, the one that has waited longest for
 * a whole request is cut: an honest sender's request is whole within moments, a held one's never.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export function boundConnections(server: Server, most: number): void {
  /** Those without a whole request, the one that has waited longest first. */
  const waiting = new Set<Socket>();
  let open = 0;
  server.on('connection', socket => {
    open += 1;
    waiting.add(socket);
    socket.once('close', () => {
      open -= 1;
      waiting.delete(socket);
    });
    if (open <= most) return;
    const [longest = socket] = waiting;
    longest.destroy();
  });
  server.on('request', (request, response) => {
    const { socket } = request;
    request.once('end', () => waiting.delete(socket));
    response.once('close', () => {
      if (!socket.destroyed) waiting.add(socket);
    });
  });
}
