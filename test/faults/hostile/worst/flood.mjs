/** Asks without end on twenty connections, and holds bodies that it never sends whole. */
import { request } from 'node:http';
import { connect } from 'node:net';

const { hostname, port, pathname } = new URL(process.env.GATEHOUSE_DECIDE);
const question = JSON.stringify({ action: 'command.exec', command: 'make everything' });
const one = `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-length: ${question.length}\r\n\r\n${question}`;

function flood() {
  const socket = connect(Number(port), hostname);
  const again = () => socket.write(one.repeat(50));
  socket.on('connect', again);
  socket.on('data', again);
  socket.on('error', () => {});
  socket.on('close', () => setTimeout(flood, 20));
}
for (let n = 0; n < 20; n += 1) flood();

function hold() {
  const headers = { 'content-length': 31 * 1024 * 1024 };
  const out = request({ hostname, port, path: pathname, method: 'POST', headers, agent: false });
  out.on('response', response => response.resume());
  out.on('error', () => {});
  out.on('close', () => setTimeout(hold, 500));
  out.write(Buffer.alloc(900 * 1024, 0x20));
}
for (let n = 0; n < 120; n += 1) hold();

setTimeout(() => process.exit(), 25_000);
