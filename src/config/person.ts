/**
 * What a person's own commands need (`gatehouse login`, `approve`, `open`): where GitHub is, how it is reached,
 * and where the console is. Whoever has the App's key is the App, so that these commands never ask for it.
 */
import { type Environment, withoutBlanks } from './environment.ts';
import type { ConfigResult } from './fault.ts';
import { faultsOf } from './faults-of.ts';
import { type NetworkConfig, readNetwork, withProxies } from './network.ts';
import { GitHubVariables, StoreVariables } from './variables.ts';

export type PersonConfig = {
  /** `null`: github.com. */
  host: string | null;
  protocol: 'https' | 'http';
  /** The Client ID of the App, which is no secret; `null`: nobody has told it here. */
  clientId: string | null;
  network: NetworkConfig;
};

const PersonVariables = GitHubVariables.pick({
  GHE_HOST: true,
  GHE_PROTOCOL: true,
  GITHUB_CLIENT_ID: true,
}).extend(
  StoreVariables.pick({
    HTTPS_PROXY: true,
    HTTP_PROXY: true,
    NO_PROXY: true,
    NODE_EXTRA_CA_CERTS: true,
  }).shape,
);

export function readPersonConfig(env: Environment): ConfigResult<PersonConfig> {
  const parsed = PersonVariables.safeParse(withProxies(withoutBlanks(env)));
  if (!parsed.success) return { ok: false, faults: faultsOf(parsed.error) };
  const { GHE_HOST, GHE_PROTOCOL, GITHUB_CLIENT_ID } = parsed.data;
  return {
    ok: true,
    config: {
      host: hostOf(GHE_HOST),
      protocol: GHE_PROTOCOL,
      clientId: GITHUB_CLIENT_ID ?? null,
      network: readNetwork(parsed.data),
    },
  };
}

/** `null`: github.com. */
export const hostOf = (named: string | undefined): string | null =>
  named === 'github.com' ? null : (named ?? null);

const AddressVariables = GitHubVariables.pick({ HOST: true, PORT: true }).extend(
  StoreVariables.pick({ GATEHOUSE_URL: true }).shape,
);

/** Where the console is: the address that people reach, or the one that is listened on. */
export function readAddress(
  env: Environment,
): ConfigResult<{ publicUrl: string | null; listen: { host: string; port: number } }> {
  const parsed = AddressVariables.safeParse(withoutBlanks(env));
  if (!parsed.success) return { ok: false, faults: faultsOf(parsed.error) };
  const { GATEHOUSE_URL, HOST, PORT } = parsed.data;
  return {
    ok: true,
    config: { publicUrl: GATEHOUSE_URL ?? null, listen: { host: HOST, port: PORT } },
  };
}
