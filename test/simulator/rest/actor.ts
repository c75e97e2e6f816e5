import { createPublicKey, verify } from 'node:crypto';
import type { GitHub } from '../github.ts';
import { type Account, accountById } from '../world/accounts.ts';
import { type App, appById, type Installation, type Permissions } from '../world/apps.ts';
import { refusal } from './errors.ts';

/** Who is asking, as the credentials say. */
export type Actor =
  | { readonly kind: 'anonymous' }
  /** `app`: it acts in their name. */
  | { readonly kind: 'user'; readonly user: Account; readonly app?: App }
  | { readonly kind: 'app'; readonly app: App }
  | {
      readonly kind: 'installation';
      readonly app: App;
      readonly installation: Installation;
      readonly permissions: Permissions;
      readonly repositories: ReadonlySet<number> | null;
      readonly token: string;
    };

export function authenticate(github: GitHub, authorization: string | undefined): Actor {
  if (!authorization) return { kind: 'anonymous' };
  const [scheme, value = ''] = authorization.split(/ +/, 2);
  switch (scheme?.toLowerCase()) {
    case 'bearer':
    case 'token':
      return value.startsWith('eyJ') ? fromJwt(github, value) : fromToken(github, value);
    case 'basic': {
      const [name = '', password = ''] = Buffer.from(value, 'base64').toString().split(/:(.*)/s);
      // An App by its client id and secret, for what is about the tokens that it holds.
      const app = [...github.world.apps.values()].find(({ clientId }) => clientId === name);
      if (app?.clientSecret === password) return { kind: 'app', app };
      return fromToken(github, password);
    }
    default:
      throw badCredentials();
  }
}

function badCredentials() {
  return refusal(401, 'Bad credentials');
}

function fromToken(github: GitHub, token: string): Actor {
  const found = github.world.tokens.get(token);
  if (!found) throw badCredentials();
  if (found.kind === 'user') {
    const user = accountById(github, found.userId);
    if (!found.held) return { kind: 'user', user };
    if (found.held.expiresAt <= github.now().getTime()) throw badCredentials();
    return { kind: 'user', user, app: appById(github, found.held.appId) };
  }
  const installation = github.world.installations.get(found.installationId);
  if (!installation || found.expiresAt <= github.now().getTime()) throw badCredentials();
  if (installation.suspendedAt) throw refusal(403, 'This installation has been suspended');
  const { permissions, repositories } = found;
  return {
    kind: 'installation',
    app: appById(github, installation.appId),
    installation,
    permissions,
    repositories,
    token,
  };
}

function fromJwt(github: GitHub, token: string): Actor {
  const undecodable = () => refusal(401, 'A JSON web token could not be decoded');
  const [header, payload, signature] = token.split('.');
  if (!header || !payload || !signature) throw undecodable();
  const { alg } = decode(header) ?? {};
  const { iss, iat, exp } = decode(payload) ?? {};
  if (alg !== 'RS256') throw undecodable();
  const app = [...github.world.apps.values()].find(
    a => String(a.id) === String(iss) || a.clientId === iss,
  );
  if (!app) throw refusal(401, 'Integration must generate a public key');
  const bytes = Buffer.from(`${header}.${payload}`);
  if (
    !verify(
      'RSA-SHA256',
      bytes,
      createPublicKey(app.publicKey),
      Buffer.from(signature, 'base64url'),
    )
  ) {
    throw undecodable();
  }
  const now = github.now().getTime() / 1000;
  if (typeof exp !== 'number' || exp <= now) {
    throw refusal(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (exp > now + 600)
    throw refusal(401, "'Expiration time' claim ('exp') is too far in the future");
  // A minute of leeway for clocks that differ.
  if (typeof iat !== 'number' || iat > now + 60) {
    throw refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  return { kind: 'app', app };
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** The account in whose name something is done: a person's, or the App's bot. */
export function accountOf(actor: Actor): Account {
  if (actor.kind === 'user') return actor.user;
  if (actor.kind === 'installation' || actor.kind === 'app') return actor.app.botUser;
  throw refusal(401, 'Requires authentication');
}

export function appIdOf(actor: Actor): number | null {
  return actor.kind === 'installation' || actor.kind === 'user' ? (actor.app?.id ?? null) : null;
}

/** The key under which requests are counted. */
export function rateKey(actor: Actor): string {
  switch (actor.kind) {
    case 'anonymous':
      return 'anonymous';
    case 'user':
      return `user ID ${actor.user.id}`;
    case 'app':
      return `App ID ${actor.app.id}`;
    case 'installation':
      return `installation ID ${actor.installation.id}`;
  }
}
