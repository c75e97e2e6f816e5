/**
 * What of a repository's rules only the roles that there are show to be wrong. It is the same whoever
 * looks: the check run of a push, a call, or a person at a shell.
 */
import { startable } from '../../../core/commands/commands.ts';
import { type Graph, rolesIn } from '../../../core/graph/graph.ts';
import { type GraphFiles, graphFor, writtenGraphs } from '../../../core/graph/graph-file.ts';
import { faultsByRoles } from '../../../core/graph/graph-role-faults.ts';
import { type GraphName, graphNamed } from '../../../core/graph/graphs.ts';
import { didYouMean } from '../../../core/nearest.ts';
import { type Profile, roleForRework } from '../../../core/profile.ts';
import type { FileFault } from '../../../core/repository-config/file-fault.ts';
import { commandNameFaults, FOUND_COMMANDS } from '../../../core/repository-config/name-faults.ts';
import type { OwnRole } from '../../../core/repository-config/own-role.ts';
import { idleSteps, switchedOff } from '../../../core/repository-config/switched-off.ts';
import type { PolicyFault } from '../../../policy/fault.ts';
import type { OwnRoles } from '../../policies/own-roles.ts';
import { placedFaults, placeIn, type RulePlaces, type Rules } from '../../policies/rules.ts';
import { rolesOfHooks, stepFaults } from './hooks.ts';
import { withOwnRoles } from './own-roles.ts';

type Profiles = ReadonlyMap<string, Profile>;
/** Rules without a fault that shows by themselves. */
type Read = Pick<Rules, 'config' | 'graphs' | 'schedules' | 'places'>;

/** The roles that each graph needs, as a call that starts it does, of which the repository may have written some. */
export function namedRoles({ config, graphs }: Pick<Read, 'config' | 'graphs'>): string[][] {
  const ofHooks = rolesOfHooks(config.hooks ?? []);
  return [ofHooks, ...writtenGraphs(graphs).map(graph => [...rolesIn(graph), ...ofHooks])];
}

/** `own`: those of `namedRoles` that the repository writes. */
export function configFaults(rules: Read, profiles: Profiles, own: OwnRoles): PolicyFault[] {
  const { config, graphs, places } = rules;
  const all = withOwnRoles(profiles, own.roles);
  const found = Object.fromEntries(FOUND_COMMANDS.map(name => [name, []]));
  return [
    ...roleFaults({ profiles }, rules),
    ...placedFaults(places, commandNameFaults({ ...config, graphs })),
    ...graphFaults(graphs, all, places),
    ...stepFaults(rules, { ...found, ...config.commands }, all),
    ...placedFaults(places, idleFaults(rules, profiles, own.roles)),
    ...own.faults,
  ];
}

/** A misspelt role would work without what was meant to restrict it. */
export const roleFaults = (
  { profiles }: { profiles: ReadonlyMap<string, unknown> },
  { config, places }: Pick<Read, 'config' | 'places'>,
): PolicyFault[] => {
  const known = [...profiles.keys()];
  const faults = Object.keys(config.roles ?? {})
    .filter(role => !profiles.has(role))
    .map(role => ({
      path: ['roles', role],
      message: `there is no such role here${didYouMean(role, known)}; there are ${known.join(', ')}`,
    }));
  return placedFaults(places, faults);
};

export const graphFaults = (
  graphs: GraphFiles,
  profiles: Profiles,
  places: RulePlaces,
): PolicyFault[] =>
  placedFaults(
    places,
    faultsByRoles(graphs, profiles).map(({ path, message }) => ({
      path: ['graphs', ...path],
      message,
    })),
  );

/** Work that starts by itself, and would come to a role which is switched off: nobody calls who could be told. */
function idleFaults(
  { config, graphs, schedules, places }: Read,
  profiles: Profiles,
  ownRoles: readonly OwnRole[],
): FileFault[] {
  const isOff = (role: string) => switchedOff(config, ownRoles, role);
  const needs = (path: FileFault['path'], roles: readonly (string | null)[]): FileFault[] =>
    [...new Set(roles)].flatMap(role => {
      if (role === null) return [];
      const { line } = placeIn(places, `roles.${role}.enabled`);
      const message = `needs the role ${role}, which line ${line} switches off: change one of the two`;
      return [{ path, message }];
    });
  const ofCommand = (path: FileFault['path'], command: string): FileFault[] => {
    const graph = startable(command)?.graph;
    const steps = graph === undefined ? [] : idleSteps(graphWritten(graphs, graph), isOff);
    return needs(
      path,
      steps.map(({ role }) => role),
    );
  };
  const ofRework = (key: 'ci' | 'pulls' | 'reviews', origin: 'check' | 'comment') => {
    const role = roleForRework(profiles.values(), origin);
    return config.remediate[key] && role !== null ? needs(['remediate', key], [isOff(role)]) : [];
  };
  return [
    ...ofRework('ci', 'check'),
    ...ofRework('pulls', 'check'),
    ...ofRework('reviews', 'comment'),
    ...(config.triage ? ofCommand(['triage'], 'triage') : []),
    ...(config.dispatch?.commands ?? []).flatMap((command, at) =>
      ofCommand(['dispatch', 'commands', at], command),
    ),
    ...(config.hooks ?? []).flatMap(({ start }, at) =>
      start ? ofCommand(['hooks', at, 'start'], start.command) : [],
    ),
    ...Object.entries(schedules).flatMap(([name, { command }]) =>
      ofCommand(['schedule', name, 'command'], command),
    ),
  ];
}

/** What a command starts, with the commands that the repository may turn out to have. */
export function graphWritten(graphs: GraphFiles, name: GraphName): Graph {
  const found = graphFor(graphs, name);
  return typeof found === 'string'
    ? graphNamed(found, Object.fromEntries(FOUND_COMMANDS.map(command => [command, []])))
    : found;
}
