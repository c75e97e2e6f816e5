/** The package ecosystems that Gatehouse knows registries of. */
import { z } from 'zod';

export const Ecosystem = z.enum([
  ...(['npm', 'pypi', 'go', 'cargo', 'maven', 'rubygems', 'packagist'] as const),
  ...(['nuget', 'hex', 'pub'] as const),
]);
export type Ecosystem = z.infer<typeof Ecosystem>;

/** Those for which an operator's own registry can stand. */
export const Replaceable = Ecosystem.exclude(['nuget', 'hex', 'pub']);

/** What a repository's own files say of how it is installed and tested. */
export const Toolchain = z.strictObject({
  /** Whose registries an install may need. */
  ecosystems: z.array(Ecosystem),
  /** Commands that are found there and not configured, as a person types them, and why. */
  found: z.array(z.strictObject({ name: z.string(), command: z.string(), because: z.string() })),
  /** What else people should know of it, each a sentence. */
  notes: z.array(z.string()),
});
export type Toolchain = z.infer<typeof Toolchain>;

/** The registry in every spelling that npm, pnpm, Yarn, Bun and corepack read. */
export const npmRegistryEnv = (url: string): Record<string, string> => ({
  npm_config_registry: url,
  pnpm_config_registry: url,
  YARN_NPM_REGISTRY_SERVER: url,
  COREPACK_NPM_REGISTRY: url.replace(/\/$/, ''),
});
