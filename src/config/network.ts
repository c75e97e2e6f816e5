/** How this machine reaches others: by which proxy, and which certificate authorities it trusts. */
import type { z } from 'zod';
import { type Environment, withoutBlanks } from './environment.ts';
import { type Secret, secret } from './secret.ts';
import type { StoreVariables } from './variables.ts';

export type NetworkConfig = {
  /** The proxies' URLs, which may hold a password. */
  httpsProxy: Secret | null;
  httpProxy: Secret | null;
  /** Hosts that are reached without a proxy, as the variable lists them. */
  noProxy: string;
  /** The path of a PEM file with certificate authorities besides the usual ones. */
  authorities: string | null;
};

/** Many systems spell these variables in small letters. */
export function withProxies(env: Environment): Environment {
  const { https_proxy, http_proxy, no_proxy } = env;
  const found = { HTTPS_PROXY: https_proxy, HTTP_PROXY: http_proxy, NO_PROXY: no_proxy };
  return { ...withoutBlanks(found), ...env };
}

type NetworkVariables = Pick<
  z.infer<typeof StoreVariables>,
  'HTTPS_PROXY' | 'HTTP_PROXY' | 'NO_PROXY' | 'NODE_EXTRA_CA_CERTS'
>;

export function readNetwork(given: NetworkVariables): NetworkConfig {
  const { HTTPS_PROXY, HTTP_PROXY, NO_PROXY, NODE_EXTRA_CA_CERTS } = given;
  return {
    httpsProxy: HTTPS_PROXY === undefined ? null : secret(HTTPS_PROXY),
    httpProxy: HTTP_PROXY === undefined ? null : secret(HTTP_PROXY),
    noProxy: NO_PROXY,
    authorities: NODE_EXTRA_CA_CERTS ?? null,
  };
}
