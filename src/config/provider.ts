/** The settings of the models' providers: where each key is kept, and where each API answers. */
import { z } from 'zod';
import { withoutTrailing } from '../core/text/without-trailing.ts';
import type { Environment } from './environment.ts';
import type { ConfigFault } from './fault.ts';
import { argv, path, url } from './formats.ts';
import { type KeptSecret, readKeptSecret } from './kept-secret.ts';
import { faultOfKey, ownerOf } from './key-form.ts';
import { type ProviderVariables, variable } from './provider-variables.ts';

/**
 * `key` is read where it is kept when a model is called; `null`: there is none. `upstream`: where the API
 * answers; `null`: it may not be called, because it has no key or no address.
 */
export type ProviderConfig = { key: KeptSecret | null; upstream: string | null };

/** The names of the variables of a provider. */
export const providerVariables = (provider: ProviderVariables): string[] =>
  Object.keys(schemaOf(provider).shape).map(name => variable(provider, name));

/** By provider; `null` where there are faults. `env` has no blank values. */
export function readProviders(
  env: Environment,
  providers: readonly ProviderVariables[],
  faults: ConfigFault[],
): ReadonlyMap<string, ProviderConfig> | null {
  const read = providers.map(
    provider => [provider.name, readOne(env, provider, providers)] as const,
  );
  const found = [
    ...read.flatMap(([, { faults }]) => faults),
    ...givenTwice(providers, new Map(read)),
  ];
  faults.push(...found);
  if (found.length > 0) return null;
  return new Map(read.flatMap(([name, { config }]) => (config ? [[name, config]] : [])));
}

/** The fault of settings that call real agents and keep no key for any of them. */
export function noKey(env: Environment, providers: readonly ProviderVariables[]): ConfigFault {
  const named = providers.flatMap(provider => {
    const other = provider.otherNames?.find(name => env[name] !== undefined);
    return other
      ? [`${other} is set, which Gatehouse does not read: set ${variable(provider, 'API_KEY')}`]
      : [];
  });
  const usual = providers[0] ? (schemaOf(providers[0]).shape.API_KEY.description ?? '') : '';
  return {
    variable: providers
      .map(provider => variable(provider, provider.upstream === null ? 'BASE_URL' : 'API_KEY'))
      .join(' or '),
    problem: 'is missing, and GATEHOUSE_REAL_AGENTS=1 needs it',
    remediation: named[0] ?? usual,
  };
}

function givenTwice(
  providers: readonly ProviderVariables[],
  read: ReadonlyMap<string, ReadProvider>,
): ConfigFault[] {
  const hasKey = ({ name }: ProviderVariables) => Boolean(read.get(name)?.config?.key);
  return providers.flatMap(provider => {
    const other = providers.find(({ name }) => name === provider.insteadOf);
    if (!other || !hasKey(provider) || !hasKey(other)) return [];
    const [mine, theirs] = [variable(provider, 'API_KEY'), variable(other, 'API_KEY')];
    const remediation = `keep ${mine} for the plan, or ${theirs} for the API, not both`;
    return [{ variable: mine, problem: `is given beside ${theirs}`, remediation }];
  });
}

type ReadProvider = { config: ProviderConfig | null; faults: ConfigFault[] };

function readOne(
  env: Environment,
  provider: ProviderVariables,
  providers: readonly ProviderVariables[],
): ReadProvider {
  const name = variable(provider, 'API_KEY');
  if (ownerOf(env[`${name}_FILE`] ?? '', providers))
    return faulty(`${name}_FILE`, {
      problem: 'is a credential itself, not the path of a file',
      remediation: `put it into ${name}, or into a file that is named here`,
    });
  const schema = schemaOf(provider);
  const names = Object.keys(schema.shape);
  const given = names.map(name => [name, env[variable(provider, name)]]);
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const descriptions = new Map(
      Object.entries(schema.shape).map(([name, { description }]) => [name, description]),
    );
    const faults = parsed.error.issues.map(({ path: [name], message: problem }) => ({
      variable: variable(provider, String(name)),
      problem,
      remediation: descriptions.get(String(name)) ?? '',
    }));
    return { config: null, faults };
  }
  const { API_KEY, API_KEY_FILE, API_KEY_COMMAND, BASE_URL } = parsed.data;
  const key = readKeptSecret(name, { value: API_KEY, path: API_KEY_FILE, argv: API_KEY_COMMAND });
  if (typeof key !== 'string') {
    const isOwn = provider.upstream === null;
    if (isOwn && key !== null && BASE_URL === undefined)
      return { config: null, faults: [noAddress(provider)] };
    const upstream = isOwn || key !== null ? (BASE_URL ?? provider.upstream) : null;
    const fault = API_KEY ? faultOfKey(API_KEY, provider, { upstream, providers }) : null;
    if (fault) return faulty(name, fault);
    return { config: { key, upstream }, faults: [] };
  }
  const remediation = `keep one of ${name}, ${name}_FILE and ${name}_COMMAND`;
  return faulty(name, { problem: key, remediation });
}

const faulty = (name: string, fault: Omit<ConfigFault, 'variable'>): ReadProvider => ({
  config: null,
  faults: [{ variable: name, ...fault }],
});

const noAddress = (provider: ProviderVariables): ConfigFault => ({
  variable: variable(provider, 'BASE_URL'),
  problem: `is missing, and ${variable(provider, 'API_KEY')} needs it`,
  remediation: schemaOf(provider).shape.BASE_URL.description ?? '',
});

/** Clients of these APIs are commonly given the address with the path of the API, which the agents add. */
const withoutApiPath = (address: string): string =>
  withoutTrailing(
    withoutTrailing(address, '/')
      .replace(/\/(?:chat\/completions|responses|messages|models)$/, '')
      .replace(/\/v1(?:beta)?$/, ''),
    '/',
  );

/** What each variable must be and, as its description, how to fix it; named without the prefix. */
const schemaOf = (provider: ProviderVariables) => {
  const key = variable(provider, 'API_KEY');
  return z.object({
    API_KEY: z
      .string()
      .optional()
      .describe(
        `a key of the model provider, or one of ${key}_FILE and ${key}_COMMAND instead; it stays outside every sandbox`,
      ),
    API_KEY_FILE: path.optional().describe('the path of a file that holds that key'),
    API_KEY_COMMAND: argv
      .optional()
      .describe(
        `a command that prints that key, as a JSON list: ["vault", "kv", "get", "-field=key", "secret/${provider.prefix.toLowerCase()}"]`,
      ),
    BASE_URL: url('https:', 'http:')
      .transform(withoutApiPath)
      .optional()
      .describe(provider.upstream === null ? 'http://host:port of the endpoint' : 'https://host'),
  });
};
