/** What git and npm are told of proxies and certificate authorities, also at the first start, without a state folder. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { expect, it } from 'vitest';
import { gitNetwork, npmNetwork } from '../../../src/compose/machine/network.ts';
import { secret } from '../../../src/config/secret.ts';

it('all authorities are in one file of the state folder, which is made', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'network-'));
  try {
    const authorities = join(folder, 'ours.pem');
    const [ours = ''] = getCACertificates('bundled');
    await writeFile(authorities, ours);
    const network = { httpsProxy: null, httpProxy: null, noProxy: '', authorities };
    const { GIT_SSL_CAINFO = '' } = await gitNetwork(network, join(folder, 'new', 'state'));
    expect(await readFile(GIT_SSL_CAINFO, 'utf8')).toContain(ours.trim());
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('npm is told what the settings say', () => {
  const network = {
    httpsProxy: secret('http://proxy:3128'),
    httpProxy: null,
    noProxy: 'a.b',
    authorities: '/ours.pem',
  };
  expect(npmNetwork(network)).toEqual({
    https_proxy: 'http://proxy:3128',
    no_proxy: 'a.b',
    NODE_EXTRA_CA_CERTS: '/ours.pem',
  });
  expect(npmNetwork({ ...network, httpsProxy: null, authorities: null })).toEqual({});
});
