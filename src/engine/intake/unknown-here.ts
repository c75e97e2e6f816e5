/** What the rules of a repository name, and this deployment does not have. */
import type { Repository } from '../../core/actor.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { PolicyFault } from '../../policy/fault.ts';
import type { Dependencies } from '../dependencies.ts';
import { placeIn, type Rules } from '../policies/rules.ts';
import { endpointFaults } from './hooks.ts';

type Configured = Pick<Rules, 'config' | 'places'>;

/** A misspelt role would work without what was meant to restrict it. */
export function unknownRoles(
  named: readonly string[],
  profiles: ReadonlyMap<string, unknown>,
): { role: string; message: string }[] {
  const known = [...profiles.keys()];
  return named
    .filter(role => !profiles.has(role))
    .map(role => ({
      role,
      message: `roles.${role}: there is no such role here${didYouMean(role, known)}; there are ${known.join(', ')}`,
    }));
}

export const roleFaults = (
  { profiles }: { profiles: ReadonlyMap<string, unknown> },
  { config, places }: Configured,
): PolicyFault[] =>
  unknownRoles(Object.keys(config.roles ?? {}), profiles).map(({ role, message }) => ({
    ...placeIn(places, `roles.${role}`),
    message,
  }));

/** All that is wrong with rules, as it is shown where they were pushed. */
export const faultsHere = (
  deps: Pick<Dependencies, 'profiles' | 'settings'>,
  repository: Repository,
  rules: Rules,
): PolicyFault[] =>
  rules.faults.length > 0
    ? rules.faults
    : [...roleFaults(deps, rules), ...endpointFaults(deps, repository, rules)];
