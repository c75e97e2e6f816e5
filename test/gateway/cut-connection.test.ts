import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { cutConnection } from '../../src/gateway/cut-connection.ts';

test('what was read of a connection together with the request that it is cut for is not looked at', async () => {
  let requests = 0;
  const server = createServer(({ socket }, response) => {
    requests += 1;
    if (requests === 2) cutConnection(socket);
    else if (requests > 2) response.end('answered');
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const flood = connect(port, '127.0.0.1').on('error', () => {});
  flood.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n'.repeat(1_000));
  await new Promise(done => flood.once('close', done));
  expect(requests).toBe(2);
  // Parsers are used again, for other connections.
  const answer = await fetch(`http://127.0.0.1:${port}`);
  expect([await answer.text(), requests]).toEqual(['answered', 3]);
});
