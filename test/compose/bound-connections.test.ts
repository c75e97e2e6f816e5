import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { boundConnections } from '../../src/compose/bound-connections.ts';

it('cuts the connection that has waited longest for a whole request, and answers the others', async () => {
  const server = createServer((_request, response) => response.end('answered'));
  boundConnections(server, 3);
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const opened: Socket[] = [];
  const open = async (head: string) => {
    const accepted = new Promise(done => server.once('connection', done));
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    opened.push(socket);
    await accepted;
    socket.write(head);
    return socket;
  };
  const closed = (socket: Socket) => new Promise(done => socket.once('close', done));
  try {
    const held = [await open('POST / HTTP/1.1\r\n'), await open(''), await open('GET')];
    const [first, second] = held.map(closed);
    const answers = await Promise.all(
      [1, 2].map(() => fetch(`http://127.0.0.1:${port}`).then(answer => answer.text())),
    );
    expect(answers).toEqual(['answered', 'answered']);
    await Promise.all([first, second]);
    expect(held.map(({ destroyed }) => destroyed)).toEqual([true, true, false]);
  } finally {
    for (const socket of opened) socket.destroy();
    server.closeAllConnections();
    server.close();
  }
});
