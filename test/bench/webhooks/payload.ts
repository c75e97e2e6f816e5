/** Builds webhooks as GitHub sends them: signed, each with a different body. */
import { createHmac, randomUUID } from 'node:crypto';

export const SECRET = 'a-webhook-secret-of-the-bench';
export const BODY_BYTES = 5 * 1024;

/** An `issues` event of about `BODY_BYTES`, with as many keys as GitHub's events have. */
export function payload(number: number): string {
  const urls = (at: string, names: number) =>
    Object.fromEntries(
      Array.from({ length: names }, (_, index) => [
        `link_${index}_url`,
        `https://api.github.example/${at}/${index}{/other}`,
      ]),
    );
  const user = {
    login: 'mona',
    id: 17,
    type: 'User',
    site_admin: false,
    ...urls('users/mona', 12),
  };
  const event = {
    action: 'opened',
    issue: { id: number, number, title: 'It breaks', user, labels: [], state: 'open', body: '' },
    repository: { id: 42, name: 'library', private: false, owner: user, ...urls('repos', 20) },
    sender: user,
    installation: { id: 7, node_id: 'MDIzOk' },
  };
  event.issue.body = randomUUID() + 'x'.repeat(BODY_BYTES - JSON.stringify(event).length - 36);
  return JSON.stringify(event);
}

/** A complete HTTP request for a connection that stays open. */
export function request(path: string, body: string): Buffer {
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const head = [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'user-agent: GitHub-Hookshot/bench',
    'x-github-event: issues',
    `x-github-delivery: ${randomUUID()}`,
    `x-hub-signature-256: sha256=${signature}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
