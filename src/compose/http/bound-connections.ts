/**
 * Bounds the connections of a server. Where there are too many, the one that has waited longest for
 * a whole request is cut: an honest sender's request is whole within moments, a held one's never. Where all
 * others are being answered, the one for the longest time is cut: a stream is opened anew by who follows it.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

export function boundConnections(server: Server, most: number): void {
  /** Those without a whole request, also between two of them; the one that has waited longest first. */
  const waiting = new Set<Socket>();
  /** The others, the one whose request has been whole for the longest time first. */
  const answering = new Set<Socket>();
  server.on('connection', socket => {
    waiting.add(socket);
    socket.once('close', () => {
      waiting.delete(socket);
      answering.delete(socket);
    });
    if (waiting.size + answering.size <= most) return;
    const [longest = socket] = waiting.size > 1 ? waiting : answering;
    longest.destroy();
  });
  server.on('request', (request, response) => {
    const { socket } = request;
    const whole = () => {
      // A body that nobody read ends after the answer: the connection waits for the next request by then.
      if (response.closed || !waiting.delete(socket)) return;
      answering.add(socket);
    };
    if (hasBody(request)) request.once('end', whole);
    else whole();
    response.once('close', () => {
      answering.delete(socket);
      if (!socket.destroyed) waiting.add(socket);
    });
  });
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
