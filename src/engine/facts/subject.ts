/** Who acts, and for whom. */
import type { Person } from '../../core/actor.ts';
import { parseCommandLine } from '../../core/command-line.ts';
import type { Ecosystem } from '../../core/ecosystem.ts';
import { byPerson, type Requester } from '../../core/origin.ts';
import type { Profile } from '../../core/profile.ts';
import { profileIn } from '../../core/repository-config/own-role.ts';
import type { RepositoryConfig } from '../../core/repository-config/repository-config.ts';
import {
  createdOf,
  currentRework,
  purposeOf,
  type Run,
  type TaskState,
} from '../../core/task/state/state.ts';
import { nameOf } from '../../core/task/views/view.ts';
import type { FactsOf } from '../../policy/facts.ts';
import type { Subject } from '../../policy/question.ts';
import { type InstallSettings, sourcesOf } from '../../toolchain/registries.ts';
import type { Dependencies } from '../dependencies.ts';
import { candidatesOf } from '../routing/candidates.ts';
import { judgedBy, type RoleRules } from './makers.ts';

/** Whom the present work is done for; `null` where CI started it. A conflict is nobody else's work. */
export function requesterNow(state: TaskState, rework: string | null): Requester | null {
  const waiting = state.waitingReworks.find(other => other.id === rework);
  const present = waiting ?? currentRework(state);
  if (!present || present.origin === 'conflict' || present.origin === 'acceptance')
    return createdOf(state).requester;
  return present.caller ?? (present.by && byPerson(present.by));
}

/** `person`: whom it acts for. A command or a built-in step acts for the agent whose work it serves. */
export function subjectOf(
  { profiles, settings, adapters }: Pick<Dependencies, 'profiles' | 'settings' | 'adapters'>,
  state: TaskState,
  { run, person, rules }: { run: Run | null; person: Person | null; rules: RoleRules },
): Subject {
  const { graph, config, roles } = createdOf(state);
  const executor = run?.executor;
  const step = graph.steps.find(({ id }) => id === run?.step);
  const of = step?.kind === 'builtin' ? step.of : undefined;
  const served = graph.steps.find(({ id }) => id === (of ?? graph.reworkFrom));
  const role =
    executor?.kind === 'agent' ? executor.role : served?.kind === 'agent' ? served.role : null;
  const profile = role === null ? null : profileIn(profiles, roles, role);
  const own = roles.find(({ name }) => name === role);
  const command = executor?.kind === 'command' ? executor : null;
  const agent = run?.choice ?? (profile && firstAgentOf({ settings, adapters }, profile));
  return {
    name: own?.extends ?? profile?.name ?? (executor ? nameOf(executor) : graph.name),
    role: own?.extends ?? role ?? 'command',
    ...(own && { ownRole: own.name }),
    adapter: command || !agent ? 'command' : agent.adapter,
    model: agent?.model ?? null,
    ...judgedBy({ profiles, rules }, state, run, { role, profile }),
    commands: commandsOf(profile, config),
    hosts:
      run && purposeOf(state, run) === 'install'
        ? installHosts(createdOf(state).toolchain.ecosystems, settings.install)
        : executor?.kind === 'agent'
          ? (profile?.hosts ?? [])
          : [],
    servers: executor?.kind === 'agent' ? (profile?.mcp ?? []) : [],
    repositoryConfig: profile?.repositoryConfig ?? false,
    person,
  };
}

/** What an install may ask for, whichever scopes the repository uses. */
const installHosts = (ecosystems: readonly Ecosystem[], install: InstallSettings): string[] => [
  ...new Set(sourcesOf(ecosystems, install, [...install.scopes.keys()]).map(({ host }) => host)),
];

/** The commands that its profile names, and the repository's own. */
export const commandsOf = (
  profile: Profile | null,
  config: Pick<RepositoryConfig, 'commands'>,
): Subject['commands'] => [
  ...(profile?.commands ?? []).flatMap(line => {
    const parsed = parseCommandLine(line);
    return parsed.ok ? [parsed.argv] : [];
  }),
  ...Object.values(config.commands),
];

/** The agents that changed the repository in this task, each adapter and model once. */
export function authorsOf(
  deps: Pick<Dependencies, 'profiles' | 'settings' | 'adapters'>,
  state: TaskState,
): NonNullable<FactsOf<'run.start'>['context']['authors']> {
  const workers = state.runs.flatMap(({ executor, adapter, choice, produced }) =>
    executor.kind === 'agent' && adapter !== null && produced?.work
      ? [
          {
            adapter,
            model: choice ? choice.model : modelOf(deps, state, { role: executor.role, adapter }),
          },
        ]
      : [],
  );
  return workers.filter(
    ({ adapter, model }, at) =>
      workers.findIndex(other => other.adapter === adapter && other.model === model) === at,
  );
}

/** The first of the chain that can work, as far as that is known without asking it; `null`: none can. */
export function firstAgentOf(
  deps: Pick<Dependencies, 'settings' | 'adapters'>,
  profile: Profile,
): { adapter: string; model: string | null } | null {
  const [first] = candidatesOf(deps, profile).candidates;
  return first ? { adapter: first.adapter.name, model: first.model } : null;
}

/** The model of an earlier run, whose choice the log does not have: by the present profile. */
function modelOf(
  deps: Pick<Dependencies, 'profiles' | 'settings' | 'adapters'>,
  state: TaskState,
  { role, adapter }: { role: string; adapter: string },
): string | null {
  const profile = profileIn(deps.profiles, createdOf(state).roles, role);
  const { candidates } = profile ? candidatesOf(deps, profile) : { candidates: [] };
  return candidates.find(other => other.adapter.name === adapter)?.model ?? null;
}
