/** What git is told of certificate authorities, also at the first start, when there is no state folder yet. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { expect, it } from 'vitest';
import { gitNetwork } from '../../src/compose/network.ts';

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
