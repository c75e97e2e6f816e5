/** The operator's own package registries, from one variable: a JSON object, by ecosystem. */
import { z } from 'zod';
import { jsonText } from './json-text.ts';
import type { KeptSecret } from './kept-secret.ts';

const ECOSYSTEMS = ['npm', 'pypi', 'go', 'cargo', 'maven', 'rubygems', 'packagist'] as const;
const Path = z.string().regex(/^\/[\w./~-]*$/, 'is no path that begins with /');

const Host = z
  .string()
  .regex(/^[a-z0-9.-]+(?::\d{1,5})?$/i, 'is no name of a host, with or without a port');

const Registry = z
  .strictObject({
    url: z
      .string()
      .refine(URL.canParse, 'is no URL')
      .refine(
        text => /^https?:$/.test(URL.parse(text)?.protocol ?? 'https:'),
        'is no URL of http or https',
      )
      .refine(text => {
        const { username, password } = URL.parse(text) ?? {};
        return !username && !password;
      }, 'holds a user name or a password: keep them in token_file or token_command'),
    /** Where the credential is kept: `user:password`, or a token. */
    token_file: z.string().startsWith('/', 'is not absolute').optional(),
    token_command: z.tuple([z.string().min(1)], z.string()).optional(),
    /** What may be read besides paths below the URL's. */
    paths: z.array(Path).default([]),
    /** Where the registry sends whoever asks for a package: the hosts of its storage. */
    redirects_to: z.array(Host).default([]),
  })
  .refine(
    ({ token_file, token_command }) => !(token_file && token_command),
    'has both token_file and token_command: keep one',
  );

type RegistryConfig = {
  url: string;
  paths: string[];
  redirectsTo: string[];
  secret: KeptSecret | null;
};
export type RegistriesConfig = ReadonlyMap<(typeof ECOSYSTEMS)[number], RegistryConfig>;

export const registries = jsonText(
  z.partialRecord(z.enum(ECOSYSTEMS), Registry).transform(
    (given): RegistriesConfig =>
      new Map(
        ECOSYSTEMS.flatMap(name => {
          const registry = given[name];
          return registry ? [[name, registryOf(name, registry)] as const] : [];
        }),
      ),
  ),
);

function registryOf(name: string, given: z.infer<typeof Registry>): RegistryConfig {
  const { url, paths, redirects_to: redirectsTo, token_file: path, token_command: argv } = given;
  const secret = `REGISTRY_${name.toUpperCase()}`;
  const kept: KeptSecret | null = path
    ? { name: secret, by: 'file', path }
    : argv
      ? { name: secret, by: 'command', argv }
      : null;
  return { url, paths, redirectsTo, secret: kept };
}
