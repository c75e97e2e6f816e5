import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { GitHub } from '../github.ts';
import { type Account, addAccount } from './accounts.ts';
import type { Repository } from './repositories.ts';

export type Level = 'read' | 'write' | 'admin';
export type Permissions = Readonly<Record<string, Level>>;

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly ownerId: number;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly privateKey: string;
  readonly publicKey: string;
  readonly botUser: Account;
  readonly createdAt: string;
  permissions: Permissions;
  events: readonly string[];
  webhookUrl: string | null;
  webhookSecret: string | null;
  /** The API neither shows nor changes it; while it is off, nothing is attempted or logged. */
  webhookActive: boolean;
  /** Where people may be sent back to once they have signed in with it. */
  callbackUrls: readonly string[];
  /** Off unless the owner ticks it. */
  deviceFlow: boolean;
  /** Seconds between two questions of a device; a test asks for next to none. */
  deviceInterval: number;
}

export interface Installation {
  readonly id: number;
  readonly appId: number;
  readonly accountId: number;
  /** `all` follows the account's repositories as they come. */
  repositories: 'all' | Set<number>;
  permissions: Permissions;
  events: readonly string[];
  suspendedAt: string | null;
  readonly createdAt: string;
}

export interface NewApp {
  readonly name: string;
  readonly owner: Account;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly webhookUrl?: string | null;
  readonly webhookSecret?: string | null;
  readonly webhookActive?: boolean;
  readonly callbackUrls?: readonly string[];
  readonly deviceFlow?: boolean;
}

export function createApp(github: GitHub, app: NewApp): App {
  const slug = app.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const keys = keyPair(github.world.apps.size);
  const created: App = {
    id: github.nextId(),
    slug,
    name: app.name,
    ownerId: app.owner.id,
    clientId: `Iv23li${randomBytes(7).toString('hex')}`,
    clientSecret: randomBytes(20).toString('hex'),
    privateKey: keys.privateKey,
    publicKey: keys.publicKey,
    botUser: addAccount(github, `${slug}[bot]`, 'Bot', app.name),
    createdAt: github.timestamp(),
    permissions: { metadata: 'read', ...app.permissions },
    events: app.events,
    webhookUrl: app.webhookUrl ?? null,
    webhookActive: app.webhookActive ?? true,
    callbackUrls: app.callbackUrls ?? [],
    deviceFlow: app.deviceFlow ?? false,
    deviceInterval: 5,
    webhookSecret:
      app.webhookSecret === undefined ? randomBytes(20).toString('hex') : app.webhookSecret,
  };
  github.world.apps.set(created.id, created);
  return created;
}

const keyPairs: { publicKey: string; privateKey: string }[] = [];

/** Keys take a tenth of a second to make: the nth App of every world in this process has the same. */
function keyPair(index: number): { publicKey: string; privateKey: string } {
  keyPairs[index] ??= generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return keyPairs[index];
}

/** In GitHub's words, why it takes no such address for a webhook; `null` where it takes it. */
export function webhookFault(address: string): string | null {
  const host = URL.parse(address)?.hostname;
  if (host === undefined) return 'Hook url is invalid';
  return /^(localhost|127\.[\d.]+|\[::1\])$/.test(host)
    ? "Hook url is not supported because it isn't reachable over the public Internet (localhost)"
    : null;
}

export function appById(github: GitHub, id: number): App {
  const app = github.world.apps.get(id);
  if (!app) throw new Error(`no App ${id}`);
  return app;
}

export function covers(installation: Installation, repository: Repository): boolean {
  if (installation.accountId !== repository.ownerId) return false;
  return installation.repositories === 'all' || installation.repositories.has(repository.id);
}

export function installationsOn(github: GitHub, repository: Repository): Installation[] {
  return [...github.world.installations.values()].filter(
    installation => installation.suspendedAt === null && covers(installation, repository),
  );
}

export function repositoriesOf(github: GitHub, installation: Installation): Repository[] {
  return [...github.world.repositories.values()].filter(repository =>
    covers(installation, repository),
  );
}

const LEVELS = ['read', 'write', 'admin'];

export function grants(permissions: Permissions, name: string, wanted: Level): boolean {
  const held = permissions[name];
  return held !== undefined && LEVELS.indexOf(held) >= LEVELS.indexOf(wanted);
}
