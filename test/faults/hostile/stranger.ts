/** A stranger at the public door: 80 connections that send 24 MB each, unsigned, again and again. */
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';

const [port = ''] = process.argv.slice(2);
const BYTES = 24 * 1024 * 1024;
const PART = Buffer.alloc(256 * 1024, 0x20);

function knock(): void {
  const out = request({
    port: Number(port),
    host: '127.0.0.1',
    path: '/api/github/webhooks',
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      'content-length': BYTES,
      'x-github-event': 'issues',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
    },
  });
  let sent = 0;
  const more = () => {
    // The last byte never comes.
    while (!out.destroyed && sent + PART.length < BYTES) {
      sent += PART.length;
      if (!out.write(PART)) return void out.once('drain', more);
    }
  };
  out.on('response', response => response.resume());
  out.on('error', () => {});
  out.on('close', () => setTimeout(knock, 1_000));
  more();
}
for (let n = 0; n < 80; n += 1) knock();
