/** The operator's own package registries, from one variable: a JSON object, by ecosystem or scope of npm. */
import { z } from 'zod';
import { type Ecosystem, Replaceable } from '../core/ecosystem.ts';
import { jsonText } from './json-text.ts';
import type { KeptSecret } from './kept-secret.ts';

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

export type RegistryConfig = {
  url: string;
  paths: string[];
  redirectsTo: string[];
  secret: KeptSecret | null;
};
/**
 * `ecosystems`: those that stand for the public one. `scopes`: those of npm that have the packages of
 * a scope such as `@acme`, and are read beside the others.
 */
export type RegistriesConfig = {
  ecosystems: ReadonlyMap<Ecosystem, RegistryConfig>;
  scopes: ReadonlyMap<string, RegistryConfig>;
};

const SCOPE = /^@[a-z0-9][a-z0-9._-]{0,200}$/;

export const registries = jsonText(
  z
    .record(z.string(), Registry)
    .superRefine((given, context) => {
      const names = Object.keys(given);
      const { options } = Replaceable;
      for (const name of names)
        if (!SCOPE.test(name) && !Replaceable.safeParse(name).success)
          context.addIssue({
            code: 'custom',
            path: [name],
            message: `is neither one of ${options.join(', ')} nor a scope of npm, such as "@acme"`,
          });
      if (new Set(names.map(secretName)).size < names.length)
        context.addIssue({ code: 'custom', message: 'has two scopes that differ in a sign alone' });
    })
    .transform((given): RegistriesConfig => {
      const all = Object.entries(given).map(
        ([name, one]) => [name, registryOf(name, one)] as const,
      );
      return {
        ecosystems: new Map(
          all.flatMap(([name, one]) => {
            const ecosystem = Replaceable.safeParse(name);
            return ecosystem.success ? [[ecosystem.data, one] as const] : [];
          }),
        ),
        scopes: new Map(all.filter(([name]) => SCOPE.test(name))),
      };
    }),
);

/** The name by which policy is asked about the credential, such as `REGISTRY_NPM_ACME` for `@acme`. */
const secretName = (name: string): string =>
  `REGISTRY_${name.replace(/^@/, 'npm_').replaceAll(/[.-]/g, '_').toUpperCase()}`;

function registryOf(name: string, given: z.infer<typeof Registry>): RegistryConfig {
  const { url, paths, redirects_to: redirectsTo, token_file: path, token_command: argv } = given;
  const secret = secretName(name);
  const kept: KeptSecret | null = path
    ? { name: secret, by: 'file', path }
    : argv
      ? { name: secret, by: 'command', argv }
      : null;
  return { url, paths, redirectsTo, secret: kept };
}
