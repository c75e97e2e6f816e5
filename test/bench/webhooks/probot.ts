/** The baseline: Probot with a handler that does nothing; it stores nothing. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createNodeMiddleware, Probot } from 'probot';
import { bind } from '../../../src/compose/http/bind.ts';
import { answerWith } from '../child.ts';
import { SECRET } from './payload.ts';

answerWith(async () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' } as const,
    publicKeyEncoding: { type: 'spki', format: 'pem' } as const,
  });
  const probot = new Probot({ appId: 1, privateKey, secret: SECRET, logLevel: 'fatal' });
  const webhooksPath = '/api/github/webhooks';
  const handle = await createNodeMiddleware(app => void app.on('issues.opened', () => {}), {
    probot,
    webhooksPath,
  });
  const server = createServer((request, response) => void handle(request, response));
  return bind(server, { host: '127.0.0.1', port: 0 });
});
