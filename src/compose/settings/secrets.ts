/** Where this configuration keeps the secrets that are read when they are used. */
import { createCommandSecret } from '../../adapters/secrets/command.ts';
import { createEnvironmentSecret } from '../../adapters/secrets/environment.ts';
import { createFileSecret } from '../../adapters/secrets/file.ts';
import type { KeptSecret } from '../../config/kept-secret.ts';
import { faultOfKey } from '../../config/key-form.ts';
import type { ProviderVariables } from '../../config/provider-variables.ts';
import { variablesOf } from '../../config/variables.ts';
import type { StoreConfig } from '../../config.ts';
import { type SecretPlace, SecretUnavailable } from '../../engine/ports/secrets.ts';

/** By name; `ofServers`: those of MCP servers. What is read joins `ours`, the values that are taken out of all that is written. */
export function secretsOf(
  config: Pick<StoreConfig, 'providers' | 'registries'>,
  ours: string[],
  providers: readonly ProviderVariables[],
  ofServers: readonly KeptSecret[] = [],
): ReadonlyMap<string, SecretPlace> {
  const ofProviders = [...config.providers].flatMap(([name, { key, upstream }]) => {
    if (key === null) return [];
    const provider = providers.find(row => row.name === name);
    const judge = (value: string) =>
      provider ? faultOfKey(value, provider, { upstream, providers }) : null;
    return [{ key, judge }];
  });
  const { ecosystems, scopes } = config.registries;
  const others = [
    ...[...ecosystems.values(), ...scopes.values()].flatMap(({ secret }) =>
      secret ? [secret] : [],
    ),
    ...ofServers,
  ];
  const settings = variablesOf(providers);
  // The command of a store has its own settings there; ours are none of its business.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !settings.has(name)),
  );
  return new Map([
    ...ofProviders.map(
      ({ key, judge }) => [key.name, judged(remembered(placeOf(key, env), ours), judge)] as const,
    ),
    ...others.map(key => [key.name, remembered(placeOf(key, env), ours)] as const),
  ]);
}

function placeOf(kept: KeptSecret, env: NodeJS.ProcessEnv): SecretPlace {
  switch (kept.by) {
    case 'environment':
      return createEnvironmentSecret(kept.name, () => kept.value.reveal());
    case 'file':
      return createFileSecret(kept.path);
    case 'command':
      return createCommandSecret({ argv: kept.argv, env });
  }
}

/** What is seen to be no credential of its provider is sent to nobody. */
const judged = (
  { where, read }: SecretPlace,
  judge: (value: string) => ReturnType<typeof faultOfKey>,
): SecretPlace => ({
  where,
  async read() {
    const value = await read();
    const fault = judge(value);
    if (fault) throw new SecretUnavailable(`${where} ${fault.problem}`, fault.remediation);
    return value;
  },
});

/** Whoever reads the value gets it only once it is taken out of everything that is written. */
const remembered = ({ where, read }: SecretPlace, ours: string[]): SecretPlace => ({
  where,
  async read() {
    const value = await read();
    if (!ours.includes(value)) ours.push(value);
    return value;
  },
});
