/**
 * Bounds the connections of a server. Where there are too many, the one that has waited longest for
 * a whole request is cut: an honest sender's request is whole within moments, a held one's never. Where all
 * others are being answered, the one for the longest time is cut: a stream is opened anew by who follows it.
 * One that sends further requests before it is answered is cut as well: each of them would be an answer in memory.
 */
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import { cutConnection, leaveUnread, tellExpectations } from '../../gateway/cut-connection.ts';

/** The next request may come before the last answer is known to have left; no client or proxy sends more. */
const ON_ONE_CONNECTION = 2;

export function boundConnections(server: Server, most: number, answer: RequestListener): void {
  /** Those without a whole request, also between two of them; the one that has waited longest first. */
  const waiting = new Set<Socket>();
  /** The others, the one whose request has been whole for the longest time first. */
  const answering = new Set<Socket>();
  /** The requests of each that are not answered yet. */
  const open = new WeakMap<Socket, number>();
  tellExpectations(server);
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
    // More of what was read at once, after the connection was cut.
    if (socket.destroyed) return;
    const here = open.get(socket) ?? 0;
    if (here >= ON_ONE_CONNECTION) return cutConnection(socket);
    open.set(socket, here + 1);
    leaveUnread(request, response);
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
      open.set(socket, (open.get(socket) ?? 1) - 1);
    });
    answer(request, response);
  });
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
