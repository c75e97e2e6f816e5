/** Makes everything that connects use the configured proxies and certificate authorities. */
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { setGlobalProxyFromEnv } from 'node:http';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { NetworkConfig } from '../../config/network.ts';
import type { ProxySettings } from '../../gateway/outer-proxy.ts';

/** Everything in this process that speaks HTTP or TLS by Node's own means, whoever wrote it. */
export function useNetwork(network: NetworkConfig): void {
  const { authorities } = network;
  const { https, http, except } = proxySettings(network);
  if (https !== null || http !== null)
    setGlobalProxyFromEnv({
      ...(https === null ? {} : { HTTPS_PROXY: https }),
      ...(http === null ? {} : { HTTP_PROXY: http }),
      NO_PROXY: except,
    });
  if (authorities !== null)
    setDefaultCACertificates([...getCACertificates('default'), ...readAuthorities(authorities)]);
}

/** The same for the gateway, which makes tunnels of its own. */
export const proxySettings = ({
  httpsProxy,
  httpProxy,
  noProxy,
}: NetworkConfig): ProxySettings => ({
  https: httpsProxy?.reveal() ?? null,
  http: httpProxy?.reveal() ?? null,
  except: noProxy,
});

/** The same for git, as variables of its environment. Git reads one file of authorities: all are in it. */
export async function gitNetwork(
  network: NetworkConfig,
  stateDir: string,
): Promise<Record<string, string>> {
  const variables = proxyVariables(network);
  if (network.authorities !== null) {
    const bundle = join(stateDir, 'authorities.pem');
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
    const all = [
      ...getCACertificates('default'),
      ...getCACertificates('system'),
      ...readAuthorities(network.authorities),
    ];
    await writeFile(bundle, `${[...new Set(all.map(each => each.trim()))].join('\n')}\n`);
    variables.GIT_SSL_CAINFO = bundle;
  }
  return variables;
}

/** The same for npm, which is a Node of its own. */
export const npmNetwork = (network: NetworkConfig): Record<string, string> => ({
  ...proxyVariables(network),
  ...(network.authorities !== null && { NODE_EXTRA_CA_CERTS: network.authorities }),
});

function proxyVariables(network: NetworkConfig): Record<string, string> {
  const { https, http, except } = proxySettings(network);
  const variables: Record<string, string> = {};
  if (https !== null) variables.https_proxy = https;
  if (http !== null) variables.http_proxy = http;
  if (https !== null || http !== null) variables.no_proxy = except;
  return variables;
}

function readAuthorities(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`NODE_EXTRA_CA_CERTS can't be read: ${reason}. Correct it, or leave it out.`);
  }
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (found === null)
    throw new Error(`NODE_EXTRA_CA_CERTS: there is no certificate in PEM form in ${path}.`);
  return found;
}
