/** Connects to GitHub as our App: finds out who the App is, and builds what reads and writes GitHub. */
import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { redact as redactKnown } from '../../core/redaction/redact.ts';
import type { Changes } from '../../engine/ports/changes.ts';
import { type GitHubFacts, GitHubFailure } from '../../engine/ports/github.ts';
import type { GitHubRecord } from '../../engine/ports/github-record.ts';
import type { GitHubWrites } from '../../engine/ports/github-writes.ts';
import type { Logger } from '../../engine/ports/logger.ts';
import type { SealedTokens } from '../../engine/ports/sealed-tokens.ts';
import { type AppPages, AppPlace, appPages } from './app/app-pages.ts';
import { type GrantDifference, grantDifferences } from './app/granted.ts';
import { restUrl } from './client/addresses.ts';
import { createClients } from './client/client.ts';
import { attempt } from './client/failure.ts';
import { createOwnLimits, type GitHubLimits } from './client/limits.ts';
import { createOctokit } from './client/octokit.ts';
import { createOwnChanges } from './client/own-changes.ts';
import { createOwnSealedTokens } from './client/own-sealed-tokens.ts';
import { createSeal } from './client/seal.ts';
import { createTokens } from './client/tokens.ts';
import { createFacts } from './facts/facts.ts';
import { createKept } from './facts/kept.ts';
import { createLocate } from './locate.ts';
import { createRecord } from './record/record.ts';
import { readWebhook, type Webhook } from './record/webhook.ts';
import type { AppIdentity } from './triggers/origin.ts';
import { createWrites } from './writes/writes.ts';

export type ConnectOptions = {
  appId: number;
  /** PEM. */
  privateKey: string;
  /** Host (and port) of a GitHub Enterprise Server; `null`: github.com. */
  host?: string | null;
  protocol?: 'https' | 'http';
  log: Logger;
  /** Takes every secret out of what is written; left out: those of known forms. */
  redact?: (text: string) => string;
  /** Left out: those of this process alone. */
  limits?: GitHubLimits;
  /** Left out: those that this process knows of. */
  changes?: Changes;
  /** Left out: those of this process alone. */
  sealedTokens?: SealedTokens;
  /** The clock by which facts grow old; left out: this machine's. */
  now?: () => number;
};

export type GitHub = {
  app: AppIdentity & { name: string };
  /** The author of the commits we push: the App's bot. */
  author: { name: string; email: string };
  /** The host of GitHub's no-reply addresses. */
  noreplyHost: string;
  /** The address of the REST API. */
  baseUrl: string;
  facts: GitHubFacts;
  record: GitHubRecord;
  writes: GitHubWrites;
  /** Where GitHub's grants and `app.yml` (its text) differ. */
  granted(manifest: string): Promise<GrantDifference[]>;
  webhook(): Promise<Webhook>;
  pages: AppPages;
  /** How far GitHub's clock is ahead of this machine's, in ms; `null` where it did not say. */
  clockOffsetMs: number | null;
};

const Identity = AppPlace.extend({
  id: z.number().int(),
  name: z.string(),
  permissions: z.record(z.string(), z.string()),
  events: z.array(z.string()),
});

/** A client that asks as an installation; `null`: as nobody. */
type AsWhom = (installationId: number | null) => Octokit;

export async function connectGitHub(options: ConnectOptions): Promise<GitHub> {
  const { appId, privateKey, log, limits = createOwnLimits() } = options;
  const { changes = createOwnChanges(), now = Date.now } = options;
  const { redact = (text: string) => redactKnown(text) } = options;
  const { sealedTokens = createOwnSealedTokens() } = options;
  const host = options.host ?? 'github.com';
  const { protocol = 'https' } = options;
  const gitUrl = `${protocol}://${host}`;
  const baseUrl = restUrl(gitUrl);
  const octokit = createOctokit({ baseUrl, log, auth: { appId, privateKey } });
  const as: AsWhom = installationId =>
    createOctokit({
      baseUrl,
      log,
      auth: installationId === null ? null : { appId, privateKey, installationId },
    });
  const asked = Date.now();
  const { identity, servedAt } = await readApp(octokit);
  const { id, slug, name } = identity;
  const clockOffsetMs = servedAt === null ? null : servedAt - (asked + Date.now()) / 2;
  const app = { id, slug, botUserId: await botUserId(octokit, slug, as), name };
  const tokens = createTokens(octokit, {
    kept: sealedTokens,
    seal: createSeal(privateKey),
    // They end by GitHub's clock.
    now: () => Date.now() + (clockOffsetMs ?? 0),
  });
  const clients = createClients({ baseUrl, tokens, limits, log, redact });
  const kept = createKept(changes, now);
  const { locate, lastPlace } = createLocate(clients, octokit, kept);
  const noreplyHost = `users.noreply.${host.split(':')[0]}`;
  const author = {
    name: `${slug}[bot]`,
    email: `${app.botUserId}+${slug}[bot]@${noreplyHost}`,
  };
  const account = { id: app.botUserId, login: author.name, type: 'Bot' as const };
  const own = { account, email: author.email };
  const facts = createFacts({
    clients,
    tokens,
    app,
    own,
    kept,
    changes,
    gitUrl,
    locate,
    lastPlace,
  });
  return {
    app,
    author,
    noreplyHost,
    baseUrl,
    facts,
    record: createRecord({ app: octokit, clients, identity: app, log }),
    writes: createWrites({ clients, app }, { locate, lastPlace, tokens, kept, noreplyHost, facts }),
    granted: async manifest => grantDifferences(manifest, (await readApp(octokit)).identity),
    webhook: () => readWebhook(octokit),
    pages: appPages(identity),
    clockOffsetMs,
  };
}

/**
 * The id of the App's bot, whose account is public; the App's own credential does not reach it. The first
 * installation asks: all strangers of one address share 60 requests an hour, and a server in private mode
 * shows them nothing.
 */
async function botUserId(app: Octokit, slug: string, as: AsWhom): Promise<number> {
  const look = async (octokit: Octokit) => {
    const account = octokit.rest.users.getByUsername({ username: `${slug}[bot]` });
    return (await attempt(`bot account of ${slug}`, () => account)).data.id;
  };
  const asked = app.rest.apps.listInstallations({ per_page: 1 });
  const [installation] = (await attempt('installations', () => asked)).data;
  try {
    return await look(as(installation?.id ?? null));
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    // It may be suspended, or short of requests.
    if (installation) return look(as(null));
    if (error.status !== 401) throw error;
    throw new Error(
      'This server shows accounts only to whoever signs in, and the App is installed on no repository yet: install it on one, then start again.',
    );
  }
}

/** `servedAt`: GitHub's time when it answered, in ms; `null` where it did not say. */
async function readApp(
  octokit: Octokit,
): Promise<{ identity: z.infer<typeof Identity>; servedAt: number | null }> {
  const { data, headers } = await attempt('identity of the App', () =>
    octokit.rest.apps.getAuthenticated(),
  );
  const servedAt = Date.parse(headers.date ?? '');
  return { identity: Identity.parse(data), servedAt: Number.isNaN(servedAt) ? null : servedAt };
}
