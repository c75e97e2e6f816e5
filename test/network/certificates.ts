/** A certificate authority of one's own and a certificate by it, made by OpenSSL. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const hasOpenssl = spawnSync('openssl', ['version'], { stdio: 'ignore' }).status === 0;

export type Certificate = { authority: string; key: Buffer; certificate: Buffer };

/** `authority`: the path of the authority's certificate. */
export function certify(folder: string, name: string): Certificate {
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  writeFileSync(join(folder, 'names'), `subjectAltName=DNS:${name}\n`);
  const authority = [...key, '-x509', '-days', '30', '-subj', '/CN=Authority of the tests'];
  openssl('req', ...authority, '-keyout', 'ca.key', '-out', 'ca.pem');
  openssl('req', ...key, '-subj', `/CN=${name}`, '-keyout', 'host.key', '-out', 'host.csr');
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names'];
  openssl('x509', '-req', '-in', 'host.csr', '-days', '30', ...signed, '-out', 'host.pem');
  return {
    authority: join(folder, 'ca.pem'),
    key: readFileSync(join(folder, 'host.key')),
    certificate: readFileSync(join(folder, 'host.pem')),
  };
}
