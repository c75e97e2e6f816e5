import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { boundConnections } from '../../../src/compose/http/bound-connections.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listening(answer: RequestListener, most: number) {
  const server = createServer({ keepAliveTimeout: 60_000 });
  boundConnections(server, most, answer);
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const open = async (head: string): Promise<Socket> => {
    const accepted = new Promise(done => server.once('connection', done));
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    closing.push(() => socket.destroy());
    await accepted;
    socket.write(head);
    return socket;
  };
  return { open, url: `http://127.0.0.1:${port}` };
}

const closed = (socket: Socket) => new Promise(done => socket.once('close', done));
const toldOnce = (socket: Socket) => new Promise(done => socket.once('data', done));

it('cuts the connection that has waited longest for a whole request, and answers the others', async () => {
  const { open, url } = await listening((_request, response) => response.end('answered'), 3);
  const held = [await open('POST / HTTP/1.1\r\n'), await open(''), await open('GET')];
  const [first, second] = held.map(closed);
  const answers = await Promise.all([1, 2].map(() => fetch(url).then(answer => answer.text())));
  expect(answers).toEqual(['answered', 'answered']);
  await Promise.all([first, second]);
  expect(held.map(({ destroyed }) => destroyed)).toEqual([true, true, false]);
});

const GET = 'GET / HTTP/1.1\r\nhost: here\r\n\r\n';
const STREAM = 'GET /stream HTTP/1.1\r\nhost: here\r\n\r\n';
const answerOrStream: RequestListener = (request, response) =>
  request.url === '/stream' ? response.write('begun') : response.end('answered');

it('cuts the connection that has been kept alive longest, before any that is being answered', async () => {
  const { open, url } = await listening(answerOrStream, 3);
  const stream = await open(STREAM);
  await toldOnce(stream);
  const kept = [await open(GET), await open('')];
  await toldOnce(kept[0] as Socket);
  kept[1]?.write(GET);
  await toldOnce(kept[1] as Socket);
  const cut = closed(kept[0] as Socket);
  expect(await fetch(url).then(answer => answer.text())).toBe('answered');
  await cut;
  expect([stream.destroyed, kept[1]?.destroyed]).toEqual([false, false]);
});

it('cuts the connection that has been answered longest where all others are being answered', async () => {
  const { open, url } = await listening(answerOrStream, 2);
  const streams = [await open(STREAM), await open(STREAM)];
  await Promise.all(streams.map(toldOnce));
  const cut = closed(streams[0] as Socket);
  expect(await fetch(url).then(answer => answer.text())).toBe('answered');
  await cut;
  expect(streams[1]?.destroyed).toBe(false);
});

it('cuts a connection that asks again and again before it is answered, and answers two of that', async () => {
  let asked = 0;
  const { open, url } = await listening((_request, response) => {
    asked += 1;
    setImmediate(() => response.end('answered'));
  }, 3);
  const flood = await open(GET.repeat(1_000));
  await closed(flood);
  expect(asked).toBe(2);
  const patient = await open(GET.repeat(2));
  for await (const part of patient) if (`${part}`.includes('answered')) break;
  expect(await fetch(url).then(answer => answer.text())).toBe('answered');
});
