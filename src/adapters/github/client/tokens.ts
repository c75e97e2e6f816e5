/**
 * Installation tokens. Each is narrowed to one repository and one need, cached, and renewed before it ends;
 * facts are read with the one token of the installation that can only read.
 */
import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import { createAnswerCache } from '../../../core/bounds/bounded-cache.ts';
import { GitHubFailure, NotInstalled } from '../../../engine/ports/github.ts';
import type { Seal } from '../../../engine/ports/seal.ts';
import type { SealedTokens } from '../../../engine/ports/sealed-tokens.ts';
import { attempt } from './failure.ts';
import { missingOf, NEEDS, type Need, permissionsWithin } from './permissions.ts';
import { createReadTokens } from './read-tokens.ts';

/** A push that starts on a token must be able to end on it. */
const FRESH_MS = 5 * 60_000;
/** How long an installation's grants are believed. */
const GRANTS_MS = 5 * 60_000;
const MOST_INSTALLATIONS = 1_000;

const Authentication = z.looseObject({ token: z.string(), expiresAt: z.string() });

export type Tokens = {
  token(repository: Repository, need: Need): Promise<string>;
  /** Another token in place of one that GitHub no longer takes. */
  renew(repository: Repository, need: Need, refused: string): Promise<string>;
  /** What such calls need and the installation does not grant, as far as is known: `name: level`. */
  lacks(installation: number, need: Need): Promise<string[]>;
  /** What the installation grants or reaches has changed. */
  forget(installation: number): Promise<void>;
};

export function createTokens(
  app: Octokit,
  { kept, seal, now = Date.now }: { kept: SealedTokens; seal: Seal; now?: () => number },
): Tokens {
  type Granted = Record<string, string>;
  const grants = createAnswerCache<number, Granted>(MOST_INSTALLATIONS, { ms: GRANTS_MS, now });

  const granted = (installation: number): Promise<Granted> =>
    grants.get(installation, async () => {
      const found = await app.rest.apps.getInstallation({ installation_id: installation });
      return { ...found.data.permissions } as Granted;
    });

  /** With what the need takes, as far as it is granted. GitHub tells nobody that an App gave a permission up. */
  async function authenticate(installation: number, need: Need, more: object) {
    const asked = async () => ({
      type: 'installation' as const,
      installationId: installation,
      permissions: permissionsWithin(NEEDS[need], await granted(installation)),
      ...more,
    });
    try {
      return Authentication.parse(await app.auth(await asked()));
    } catch (error) {
      if (!asksForTooMuch(error)) throw error;
      grants.forget(installation);
      return Authentication.parse(await app.auth(await asked()));
    }
  }

  const reads = createReadTokens({
    async make(installation) {
      const { token, expiresAt } = await authenticate(installation, 'facts', { refresh: true });
      return { token, expiresAt: new Date(expiresAt) };
    },
    kept,
    seal,
    now,
  });

  const ofRepository = ({ installation, id, name }: Repository, need: Need, refresh: boolean) =>
    authenticate(installation, need, {
      // A repository that was never met has no id yet.
      ...(id === 0 ? { repositoryNames: [name] } : { repositoryIds: [id] }),
      refresh,
    });

  const tokenOf = (repository: Repository, need: Need, refused: string | null): Promise<string> =>
    named(repository, async () => {
      if (need === 'facts')
        return refused === null
          ? reads.of(repository.installation)
          : reads.insteadOf(repository.installation, refused);
      const refresh = refused !== null;
      const cached = await ofRepository(repository, need, refresh);
      if (Date.parse(cached.expiresAt) - now() > FRESH_MS) return cached.token;
      return (await ofRepository(repository, need, true)).token;
    });

  const named = <T>({ owner, name }: Repository, ask: () => Promise<T>): Promise<T> =>
    attempt(`token for ${owner}/${name}`, ask).catch(error => {
      throw isNotInstalled(error) ? new NotInstalled(error.message, error.status) : error;
    });

  return {
    token: (repository, need) => tokenOf(repository, need, null),
    renew(repository, need, refused) {
      grants.forget(repository.installation);
      return tokenOf(repository, need, refused);
    },
    lacks: async (installation, need) => missingOf(NEEDS[need], await granted(installation)),
    forget(installation) {
      grants.forget(installation);
      return reads.forget(installation);
    },
  };
}

/** The permissions requested are not granted to this installation. */
const asksForTooMuch = (error: unknown): boolean =>
  error instanceof Error &&
  'status' in error &&
  error.status === 422 &&
  /permissions requested are not granted/i.test(error.message);

/** 404: there is no such installation of the App. 422: the repository is not one of the installation. */
const isNotInstalled = (error: unknown): error is GitHubFailure =>
  error instanceof GitHubFailure &&
  (error.status === 404 ||
    (error.status === 422 && error.message.includes('not accessible to the parent installation')));
