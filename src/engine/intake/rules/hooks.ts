/** The hooks of a new task: those that the deployment has for its repository, and the repository's own. */
import type { Repository } from '../../../core/actor.ts';
import { BACKLOG_MOMENTS, type DeclaredHook } from '../../../core/hooks/hook.ts';
import type { RepositoryConfig } from '../../../core/repository-config/repository-config.ts';
import { isMatched } from '../../../core/repository-pattern.ts';
import type { PolicyFault } from '../../../policy/fault.ts';
import type { Settings } from '../../dependencies.ts';
import { placeIn, type Rules } from '../../policies/rules.ts';

type Needs = { settings: Pick<Settings, 'endpoints'> };
type Configured = Pick<Rules, 'config' | 'places'>;

export const hooksFor = (
  deps: Needs,
  repository: Repository,
  { hooks = [] }: Pick<RepositoryConfig, 'hooks'>,
): DeclaredHook[] => [
  ...endpointsFor(deps, repository)
    .filter(([, { on }]) => on.length > 0)
    .map(([webhook, { on }]) => ({
      name: webhook,
      by: 'deployment' as const,
      on: [...on],
      webhook,
    })),
  ...hooks,
];

/** Those of a new backlog: as far as they are about its moments. */
export function backlogHooksFor(
  deps: Needs,
  repository: Repository,
  config: Pick<RepositoryConfig, 'hooks'>,
): { hooks?: DeclaredHook[] } {
  const hooks = hooksFor(deps, repository, config).filter(({ on }) =>
    on.some(moment => BACKLOG_MOMENTS.has(moment)),
  );
  return hooks.length === 0 ? {} : { hooks };
}

const endpointsFor = ({ settings }: Needs, repository: Repository) =>
  [...settings.endpoints].filter(([, { repositories }]) => isMatched(repositories, repository));

/** Hooks that tell an endpoint which the repository does not have. */
export function endpointFaults(
  deps: Needs,
  repository: Repository,
  rules: Configured,
): PolicyFault[] {
  const known = endpointsFor(deps, repository).map(([endpoint]) => endpoint);
  const others = known.length > 0 ? `: there are ${known.join(', ')}` : '';
  return faultsOf(rules, ({ webhook }) =>
    webhook === undefined || known.includes(webhook)
      ? null
      : `"${webhook}" is no endpoint that the deployment has for this repository${others}`,
  );
}

/** Hooks that name a command or a role which is not there, be it found in the repository's files. */
export function stepFaults(
  rules: Configured,
  commands: RepositoryConfig['commands'],
  profiles: ReadonlyMap<string, unknown>,
): PolicyFault[] {
  return [
    ...faultsOf(rules, ({ command }) =>
      command === undefined || commands[command]
        ? null
        : `the repository has no command "${command}": name it under \`commands\``,
    ),
    ...faultsOf(rules, ({ agent }) =>
      agent === undefined || profiles.has(agent)
        ? null
        : `there is no role "${agent}" here; there are ${[...profiles.keys()].join(', ')}`,
    ),
  ];
}

const faultsOf = (
  { config, places }: Configured,
  faultOf: (hook: DeclaredHook) => string | null,
): PolicyFault[] =>
  (config.hooks ?? []).flatMap((hook, index) => {
    const fault = faultOf(hook);
    return fault === null
      ? []
      : [{ ...placeIn(places, `hooks.${index}`), message: `hooks: ${hook.name}: ${fault}` }];
  });

/** The roles in which hooks have agents work. */
export const rolesOfHooks = (hooks: readonly DeclaredHook[]): string[] =>
  hooks.flatMap(({ agent }) => agent ?? []);
