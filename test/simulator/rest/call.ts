import type { Values } from '../contract/validate.ts';
import type { GitHub } from '../github.ts';
import type { App, Level } from '../world/apps.ts';
import { covers, grants, installationsOn } from '../world/apps.ts';
import { findRepository, type Repository } from '../world/repositories.ts';
import { atLeast, type Role, roleOf } from '../world/roles.ts';
import { type Actor, accountOf } from './actor.ts';
import { forbidden, notFound, refusal } from './errors.ts';

/** A request that is known to conform to the description of its operation. */
export interface Call {
  readonly github: GitHub;
  readonly actor: Actor;
  readonly params: Values;
  readonly query: Values;
  readonly body: Values;
  /** The address without its query, for Link headers. */
  readonly address: string;
  readonly search: URLSearchParams;
  readonly accept: string;
}

export interface RepositoryCall extends Call {
  readonly repository: Repository;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is, in place of JSON. */
  readonly raw?: { readonly type: string; readonly content: string | Buffer };
}

export interface Route {
  handle(call: Call): Reply | Promise<Reply>;
}

/** `issues:write`; where several are given, one of them is enough. */
export type Permission = `${string}:${Level}`;

export function ok(body: unknown, headers?: Record<string, string>): Reply {
  return headers ? { status: 200, body, headers } : { status: 200, body };
}

export function created(body: unknown): Reply {
  return { status: 201, body };
}

export const NO_CONTENT: Reply = { status: 204 };

/** For an operation on a repository: what an App's token must grant, and which role a person needs. */
export function inRepository(
  permission: Permission | readonly Permission[],
  role: Role,
  handle: (call: RepositoryCall) => Reply | Promise<Reply>,
): Route {
  const permissions = typeof permission === 'string' ? [permission] : permission;
  return {
    handle(call) {
      const owner = String(call.params.owner);
      const repository = findRepository(call.github, owner, String(call.params.repo));
      if (!repository) throw notFound();
      authorize(call.github, call.actor, repository, permissions, role);
      return handle({ ...call, repository });
    },
  };
}

export function asApp(handle: (call: Call, app: App) => Reply | Promise<Reply>): Route {
  return {
    handle(call) {
      if (call.actor.kind !== 'app') throw refusal(401, 'A JSON web token could not be decoded');
      return handle(call, call.actor.app);
    },
  };
}

export function asAnyone(handle: (call: Call) => Reply | Promise<Reply>): Route {
  return { handle };
}

/** Whether the actor may see a repository at all decides between 403 and 404. */
export function authorize(
  github: GitHub,
  actor: Actor,
  repository: Repository,
  permissions: readonly Permission[],
  role: Role,
): void {
  const writes = !permissions.some(permission => permission.endsWith(':read'));
  switch (actor.kind) {
    case 'anonymous':
      if (repository.private) throw notFound();
      if (role !== 'read' || writes) throw refusal(401, 'Requires authentication');
      return;
    case 'app':
      throw forbidden();
    case 'user': {
      const held = roleOf(github, repository, actor.user.id);
      if (!held) throw notFound();
      if (!atLeast(held, role)) throw forbidden(`Must have ${role} rights to Repository.`);
      if (actor.app) authorizeFor(github, actor.app, repository, permissions);
      break;
    }
    case 'installation': {
      const reaches =
        covers(actor.installation, repository) &&
        (actor.repositories === null || actor.repositories.has(repository.id));
      if (!reaches) {
        if (repository.private) throw notFound();
        if (writes) throw forbidden();
        return;
      }
      const granted = permissions.some(permission => {
        const [name = '', level = 'read'] = permission.split(':') as [string, Level];
        return grants(actor.permissions, name, level);
      });
      if (!granted) throw forbidden();
    }
  }
  if (writes && repository.archived) throw forbidden('Repository was archived so is read-only.');
}

/** What an App does in a person's name is bound by what it may do itself. */
function authorizeFor(
  github: GitHub,
  app: App,
  repository: Repository,
  permissions: readonly Permission[],
): void {
  const installation = installationsOn(github, repository).find(({ appId }) => appId === app.id);
  if (!installation) throw repository.private ? notFound() : forbidden();
  const granted = permissions.some(permission => {
    const [name = '', level = 'read'] = permission.split(':') as [string, Level];
    return grants(installation.permissions, name, level);
  });
  if (!granted) throw forbidden();
}

/** Whether the actor has a role here: an App acts with the rights that it was granted instead. */
export function actorHasRole(call: RepositoryCall, role: Role): boolean {
  if (call.actor.kind === 'installation') return covers(call.actor.installation, call.repository);
  return atLeast(roleOf(call.github, call.repository, accountOf(call.actor).id), role);
}
