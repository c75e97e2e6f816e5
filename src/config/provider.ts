/** The settings of the models' providers: where each key is kept, and where each API answers. */
import { z } from 'zod';
import { withoutTrailing } from '../core/without-trailing.ts';
import type { Environment } from './environment.ts';
import type { ConfigFault } from './fault.ts';
import { argv, path, url } from './formats.ts';
import { type KeptSecret, readKeptSecret } from './kept-secret.ts';

/** What the settings need of a row of the table of providers (`src/compose/providers.ts`). */
export type ProviderVariables = {
  /** The provider, as profiles and policies name it. */
  name: string;
  /** What the names of its variables begin with: OPENAI makes OPENAI_API_KEY and OPENAI_BASE_URL. */
  prefix: string;
  /** What its users call the credential, where that is no API_KEY: OAUTH_TOKEN makes CLAUDE_CODE_OAUTH_TOKEN. */
  credential?: string;
  /** The provider that is called otherwise: both credentials at once would leave open who pays. */
  insteadOf?: string;
  /**
   * Where its API answers unless the environment says otherwise, without the API's path; `null`: it is an
   * endpoint of the operator's own, used where its address is given, and a key is needed only if it wants one.
   */
  upstream: string | null;
};

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
  const read = providers.map(provider => [provider.name, readOne(env, provider)] as const);
  const found = [
    ...read.flatMap(([, { faults }]) => faults),
    ...givenTwice(providers, new Map(read)),
  ];
  faults.push(...found);
  if (found.length > 0) return null;
  return new Map(read.flatMap(([name, { config }]) => (config ? [[name, config]] : [])));
}

/** The fault of settings that call real agents and keep no key for any of them. */
export const noKey = (providers: readonly ProviderVariables[]): ConfigFault => ({
  variable: providers
    .map(provider => variable(provider, provider.upstream === null ? 'BASE_URL' : 'API_KEY'))
    .join(' or '),
  problem: 'is missing, and GATEHOUSE_REAL_AGENTS=1 needs it',
  remediation: providers[0] ? (schemaOf(providers[0]).shape.API_KEY.description ?? '') : '',
});

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

function readOne(env: Environment, provider: ProviderVariables): ReadProvider {
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
  const name = variable(provider, 'API_KEY');
  const key = readKeptSecret(name, { value: API_KEY, path: API_KEY_FILE, argv: API_KEY_COMMAND });
  if (typeof key !== 'string') {
    const isOwn = provider.upstream === null;
    if (isOwn && key !== null && BASE_URL === undefined)
      return { config: null, faults: [noAddress(provider)] };
    const upstream = isOwn || key !== null ? (BASE_URL ?? provider.upstream) : null;
    return { config: { key, upstream }, faults: [] };
  }
  const remediation = `keep one of ${name}, ${name}_FILE and ${name}_COMMAND`;
  return { config: null, faults: [{ variable: name, problem: key, remediation }] };
}

const noAddress = (provider: ProviderVariables): ConfigFault => ({
  variable: variable(provider, 'BASE_URL'),
  problem: `is missing, and ${variable(provider, 'API_KEY')} needs it`,
  remediation: schemaOf(provider).shape.BASE_URL.description ?? '',
});

export const variable = (
  { prefix, credential = 'API_KEY' }: ProviderVariables,
  name: string,
): string => `${prefix}_${name.replace('API_KEY', credential)}`;

/** Clients of these APIs are commonly given the address with the path of the API, which the agents add. */
const withoutApiPath = (address: string): string =>
  withoutTrailing(withoutTrailing(address, '/').replace(/\/v1(?:beta)?$/, ''), '/');

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
