/** The hooks of a new task: those that the deployment has for its repository, and the repository's own. */
import { matchesGlob } from 'node:path';
import type { Repository } from '../../core/actor.ts';
import { STARTABLE, startable } from '../../core/commands.ts';
import type { DeclaredHook } from '../../core/hooks/hook.ts';
import type { RepositoryConfig } from '../../core/repository-config.ts';
import type { Settings } from '../dependencies.ts';

type Needs = { settings: Pick<Settings, 'endpoints'> };

/** `faults`: hooks that name what this repository does not have. */
export function hooksFor(
  { settings }: Needs,
  { owner, name }: Repository,
  config: RepositoryConfig,
): { hooks: DeclaredHook[]; faults: string[] } {
  const here = [...settings.endpoints].filter(([, { repositories }]) =>
    repositories.some(pattern => matchesGlob(`${owner}/${name}`, pattern)),
  );
  const known = here.map(([endpoint]) => endpoint);
  const own = config.hooks ?? [];
  const names = own.map(hook => hook.name);
  const faults = own.flatMap(({ name: hook, webhook, start, command }, index) => [
    ...(webhook === undefined || known.includes(webhook)
      ? []
      : [
          `hooks: ${hook}: "${webhook}" is no endpoint that the deployment has for this repository${known.length > 0 ? `: there are ${known.join(', ')}` : ''}`,
        ]),
    ...(start === undefined || startable(start.command)
      ? []
      : [
          `hooks: ${hook}: "${start.command}" is no command that starts work: ${STARTABLE.join(', ')} are`,
        ]),
    ...(command === undefined || config.commands[command]
      ? []
      : [`hooks: ${hook}: the repository has no command "${command}": name it under \`commands\``]),
    ...(names.indexOf(hook) < index ? [`hooks: ${hook}: another one has the same name`] : []),
  ]);
  const deployment = here
    .filter(([, { on }]) => on.length > 0)
    .map(([webhook, { on }]) => ({
      name: webhook,
      by: 'deployment' as const,
      on: [...on],
      webhook,
    }));
  return { hooks: [...deployment, ...own], faults };
}

/** The roles in which hooks have agents work. */
export const rolesOfHooks = (hooks: readonly DeclaredHook[]): string[] =>
  hooks.flatMap(({ agent }) => agent ?? []);

/** Hooks that name a role which neither the deployment nor the repository has. */
export const hookRoleFaults = (
  hooks: readonly DeclaredHook[],
  profiles: ReadonlyMap<string, unknown>,
): string[] =>
  hooks.flatMap(({ name, agent }) =>
    agent === undefined || profiles.has(agent)
      ? []
      : [
          `hooks: ${name}: there is no role "${agent}" here; there are ${[...profiles.keys()].join(', ')}`,
        ],
  );
