/** Whose trust, and whose paths, what Gatehouse does is judged by: those of whoever made what it uses. */

import { lowestTrust, type Profile } from '../../core/profile.ts';
import { loweredTrust } from '../../core/repository-config/lowered-trust.ts';
import { profileIn } from '../../core/repository-config/own-role.ts';
import type { RepositoryConfig } from '../../core/repository-config/repository-config.ts';
import { createdOf, purposeOf, type Run, type TaskState } from '../../core/task/state/state.ts';
import type { Subject } from '../../policy/question.ts';
import type { Dependencies } from '../dependencies.ts';

type Maker = Pick<Profile, 'trust' | 'paths'>;

/** What the default branch of the repository says of roles, as it is now. */
export type RoleRules = Pick<RepositoryConfig, 'roles' | 'mode'>;

/**
 * What Gatehouse does with the work of several agents is judged by the lowest trust among them: whoever
 * is trusted least may have made what is published. Each patch was held to its own maker's paths when it
 * was accepted, so that all of them together may be written. `rules`: what the repository says of its
 * roles. `served`: the role that the step serves, null where there is none, and its profile, null where
 * it is gone.
 */
export function judgedBy(
  { profiles, rules }: Pick<Dependencies, 'profiles'> & { rules: RoleRules },
  state: TaskState,
  run: Run | null,
  served: { role: string | null; profile: Profile | null },
): Pick<Subject, 'trust' | 'paths'> {
  const { graph, roles } = createdOf(state);
  const step = graph.steps.find(({ id }) => id === run?.step);
  const isOfAll = run?.executor.kind === 'builtin' && !(step?.kind === 'builtin' && step.of);
  const inRole = (role: string, profile: Profile | null): Maker => {
    const { trust, paths } = profile ?? GONE;
    return { trust: loweredTrust(rules, roles, { role, trust }), paths };
  };
  const workers = isOfAll ? state.runs.filter(isWorker) : [];
  const makers = workers.flatMap(({ executor }) =>
    executor.kind === 'agent'
      ? [inRole(executor.role, profileIn(profiles, roles, executor.role))]
      : [],
  );
  if (served.role !== null && served.profile) makers.push(inRole(served.role, served.profile));
  const commandsWorked = workers.some(({ executor }) => executor.kind === 'command');
  // A command that serves no agent is the repository's own, which no profile confines to some paths.
  const isRepositorysOwn = served.role === null && (makers.length === 0 || commandsWorked);
  const paths = [...makers.flatMap(maker => maker.paths), ...(isRepositorysOwn ? ['.'] : [])];
  // No agent has a part in what others had deployed, and a maintainer approves it.
  const deploys = run !== null && ['deploy', 'release'].includes(purposeOf(state, run));
  const ofNobody = deploys ? 'T2' : GONE.trust;
  const [first, ...others] = makers.map(({ trust }) => trust);
  return { trust: first ? lowestTrust(first, ...others) : ofNobody, paths: [...new Set(paths)] };
}

/** Of a role that is not there any more no more is known than that it worked in the sandbox. */
const GONE: Maker = { trust: 'T1', paths: [] };

const isWorker = ({ executor, state, produced }: Run): boolean =>
  executor.kind !== 'builtin' && state === 'success' && produced?.work != null;
