/** Agents that a repository's configuration switches off, and what can't be done without them. */
import type { Graph, StepSpec } from '../graph/graph.ts';
import type { OwnRole } from './own-role.ts';
import type { RepositoryConfig } from './repository-config.ts';

/** The role that is switched off where this one would work: itself, or the one that it extends; null: none. */
export function switchedOff(
  { roles = {}, mode }: Pick<RepositoryConfig, 'roles' | 'mode'>,
  ownRoles: readonly Pick<OwnRole, 'name' | 'extends'>[],
  role: string,
): string | null {
  // What is only tried keeps nobody from working.
  if (mode === 'observe') return null;
  const base = ownRoles.find(({ name }) => name === role)?.extends ?? role;
  return roles[base]?.enabled === false ? base : null;
}

type IsOff = (role: string) => string | null;

/** The steps whose turn would end the work, each with the role that is switched off. */
export const idleSteps = (
  { steps }: Pick<Graph, 'steps'>,
  isOff: IsOff,
): { step: string; role: string }[] =>
  steps.flatMap(step => {
    const role = step.kind === 'agent' ? isOff(step.role) : null;
    return role === null ? [] : [{ step: step.id, role }];
  });

/** A red command that nobody may mend is red at once, with its own output. */
export const withoutIdleRemedies = (graph: Graph, isOff: IsOff): Graph => ({
  ...graph,
  steps: graph.steps.map((step): StepSpec => {
    const remedy = step.kind === 'command' ? step.remedy : null;
    return step.kind === 'command' && remedy !== null && isOff(remedy.role) !== null
      ? { ...step, remedy: null }
      : step;
  }),
});
