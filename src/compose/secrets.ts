/** Where this configuration keeps the secrets that are read when they are used. */
import { createCommandSecret } from '../adapters/secrets/command.ts';
import { createEnvironmentSecret } from '../adapters/secrets/environment.ts';
import { createFileSecret } from '../adapters/secrets/file.ts';
import type { KeptSecret } from '../config/kept-secret.ts';
import { VARIABLES } from '../config/variables.ts';
import type { StoreConfig } from '../config.ts';
import type { SecretPlace } from '../engine/ports/secrets.ts';

/** By name. What is read joins `ours`, the values that are taken out of all that is written. */
export function secretsOf(
  { openai }: Pick<StoreConfig, 'openai'>,
  ours: string[],
): ReadonlyMap<string, SecretPlace> {
  const kept = openai.key ? [openai.key] : [];
  return new Map(kept.map(each => [each.name, remembered(placeOf(each), ours)]));
}

function placeOf(kept: KeptSecret): SecretPlace {
  switch (kept.by) {
    case 'environment':
      return createEnvironmentSecret(kept.name, () => kept.value.reveal());
    case 'file':
      return createFileSecret(kept.path);
    case 'command':
      return createCommandSecret({ argv: kept.argv, env: withoutOurs(process.env) });
  }
}

/** Before anyone holds the value, nothing repeats it any more. */
const remembered = ({ where, read }: SecretPlace, ours: string[]): SecretPlace => ({
  where,
  async read() {
    const value = await read();
    if (!ours.includes(value)) ours.push(value);
    return value;
  },
});

/** The command has its own settings there; ours are none of its business. */
const withoutOurs = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !VARIABLES.has(name)));
