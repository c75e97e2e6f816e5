/** Installation tokens: narrowed to one repository and one need, cached, renewed before they end. */
import { z } from 'zod';
import type { Repository } from '../../core/actor.ts';
import { attempt } from './failure.ts';
import type { Octokit } from './octokit.ts';
import { NEEDS, type Need, within } from './permissions.ts';

/** A push that starts on a token must be able to end on it. */
const FRESH_MS = 5 * 60_000;
/** How long an installation's grants are believed. */
const GRANTS_MS = 5 * 60_000;

const Authentication = z.looseObject({ token: z.string(), expiresAt: z.string() });

export type Tokens = {
  token(repository: Repository, need: Need): Promise<string>;
  /** A new token in place of one that GitHub no longer takes. */
  renew(repository: Repository, need: Need): Promise<string>;
};

export function createTokens(app: Octokit, now: () => number = Date.now): Tokens {
  const grants = new Map<number, { until: number; permissions: Promise<Record<string, string>> }>();

  function granted(installation: number): Promise<Record<string, string>> {
    const known = grants.get(installation);
    if (known && known.until > now()) return known.permissions;
    const permissions = app.rest.apps
      .getInstallation({ installation_id: installation })
      .then(({ data }) => ({ ...data.permissions }) as Record<string, string>);
    permissions.catch(() => grants.delete(installation));
    grants.set(installation, { until: now() + GRANTS_MS, permissions });
    return permissions;
  }

  async function authenticate(repository: Repository, need: Need, refresh: boolean) {
    const { installation, id, name } = repository;
    return Authentication.parse(
      await app.auth({
        type: 'installation',
        installationId: installation,
        // A repository that was never met has no id yet.
        ...(id === 0 ? { repositoryNames: [name] } : { repositoryIds: [id] }),
        permissions: within(NEEDS[need], await granted(installation)),
        refresh,
      }),
    );
  }

  async function tokenOf(repository: Repository, need: Need, refresh: boolean): Promise<string> {
    return attempt(`token for ${repository.owner}/${repository.name}`, async () => {
      const cached = await authenticate(repository, need, refresh);
      if (Date.parse(cached.expiresAt) - now() > FRESH_MS) return cached.token;
      return (await authenticate(repository, need, true)).token;
    });
  }

  return {
    token: (repository, need) => tokenOf(repository, need, false),
    renew(repository, need) {
      grants.delete(repository.installation);
      return tokenOf(repository, need, true);
    },
  };
}
