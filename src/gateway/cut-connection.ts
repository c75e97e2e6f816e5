/**
 * Cuts the connection of a client that asks on before it is answered. Node would go on with all that was read
 * of it at once, and make a request and an answer of each of some two thousand in there, for 20 ms and more.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** Node does not document it. Where it is not there, a cut takes longer, and nothing else differs. */
type Parsing = { parser?: { onIncoming: (() => number) | null } | null };

/** What the parser is told where a client turns to another protocol: what follows is none of its. */
const NOT_HTTP = 2;

export function cutConnection(socket: Duplex): void {
  const { parser } = socket as Parsing;
  if (parser) parser.onIncoming = () => NOT_HTTP;
  socket.destroy();
}

/** For a server that counts requests: Node answers what has no host by itself, however much of it there is. */
export const TOLD_WITHOUT_HOST = { requireHostHeader: false };

/** The same of what expects something: an expectation may be ignored. */
export function tellExpectations(server: Server): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

/** For so long a sender may read the answer that came before the end of its body. Milliseconds. */
const READS_MS = 200;

/** Cuts a connection once it is answered, where its body goes on: Node would read it to its end, for nothing. */
export function leaveUnread(request: IncomingMessage, response: ServerResponse): void {
  // A request that has failed has none any more.
  const { socket } = request;
  response.once('finish', () => {
    if (request.complete) return;
    socket.pause();
    setTimeout(() => socket.destroy(), READS_MS);
  });
}
