/**
 * A network as companies have them: GitHub has a name that only the proxy resolves, and a certificate
 * by an authority of their own. Both settings stand in the `.env` of the state folder.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createServer } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { openEnvironment, person } from '../demo/environment.ts';
import { serveGatehouse } from '../demo/serve.ts';
import { until } from '../demo/until.ts';
import { AUTONOMOUS, FILES } from '../scenarios/environment.ts';
import { certify, hasOpenssl } from './certificates.ts';
import { startProxy } from './proxy.ts';

const NAME = 'github.corp.test';

test.skipIf(!hasOpenssl)('a task is done through the proxy (needs openssl)', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-network-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { authority, key, certificate } = certify(folder, NAME);
  let github = 0;
  const secured = createServer({ key, cert: certificate }, client => {
    const upstream = connect(github, '127.0.0.1');
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream])
      socket.on('error', () => {
        client.destroy();
        upstream.destroy();
      });
  });
  await new Promise<void>(listening => secured.listen(0, '127.0.0.1', listening));
  const { port } = secured.address() as AddressInfo;
  const proxy = await startProxy(name => (name === NAME ? port : undefined));
  const environment = await openEnvironment({
    repository: { name: 'sum', files: FILES },
    env: {
      ...AUTONOMOUS,
      GATEHOUSE_SIMULATION: resolve(import.meta.dirname, '../scenarios/scripts'),
    },
    async serve({ GHE_HOST = '', ...settings }) {
      github = Number(GHE_HOST.split(':')[1]);
      const lines = [
        `HTTPS_PROXY=${proxy.url}`,
        'NO_PROXY=localhost',
        `NODE_EXTRA_CA_CERTS=${authority}`,
      ];
      await writeFile(join(settings.GATEHOUSE_STATE_DIR ?? '', '.env'), `${lines.join('\n')}\n`);
      // A line without a value says nothing: whatever this machine has, the file decides.
      const file = { NODE_EXTRA_CA_CERTS: '', GHE_HOST: NAME, GHE_PROTOCOL: 'https' };
      return serveGatehouse({ ...settings, ...file });
    },
  });
  onTestFinished(async () => {
    await environment.close();
    await proxy.close();
    secured.close();
  });
  const mona = person(environment.github, environment.users.mona, environment.at);
  const issue = await mona.open('It subtracts', 'Two and two is four.');
  await mona.label(issue.number, 'agent:fix');
  const merged = await until('the merge', async () => {
    const pulls: { merged_at: string | null }[] = await mona.get('/pulls?state=closed');
    return pulls.find(pull => pull.merged_at !== null);
  });
  expect(merged).toBeTruthy();
  expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${NAME}:443`]));
});
