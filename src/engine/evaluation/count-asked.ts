/** How often people would be asked about a task: in its work, and once its change were to be published. */
import { Change } from '../../core/change.ts';
import { startable } from '../../core/commands/commands.ts';
import type { Action } from '../../core/decision.ts';
import { lastStep } from '../../core/evaluation/judge-task.ts';
import { graphFor } from '../../core/graph/graph-file.ts';
import { graphNamed } from '../../core/graph/graphs.ts';
import { lowestTrust } from '../../core/profile.ts';
import { profileIn } from '../../core/repository-config/own-role.ts';
import { createdOf, type TaskState } from '../../core/task/state/state.ts';
import { unpassedByWork } from '../../core/task/work/blocking-reviews.ts';
import { proofOfWork } from '../../core/task/work/proof.ts';
import { workAt } from '../../core/task/work/step-state.ts';
import type { Dependencies } from '../dependencies.ts';
import { rulesOf } from '../policies/of-repository.ts';
import { simulate } from '../policies/simulate.ts';

export const askedInWork = ({ approvals, question }: TaskState): number =>
  approvals.length + (question === null ? 0 : 1);

/** What comes after the work, which an evaluation leaves out: policy is asked, and nothing is done. */
export async function askedToPublish(deps: Dependencies, state: TaskState): Promise<number> {
  const work = workAt(state, lastStep(state));
  if (work === null) return 0;
  const { repository, base, branch, goal, command, roles } = createdOf(state);
  const rules = await rulesOf(deps, repository, base.sha);
  const started = startable(command);
  const written = started && graphFor(rules.graphs, started.graph);
  const whole = typeof written === 'string' ? graphNamed(written, {}) : written;
  const purposes = new Set(whole?.steps.map(({ purpose }) => purpose));
  const left: ReadonlySet<Action> = new Set<Action>([
    ...(purposes.has('publish') ? (['branch.push', 'pr.open'] as const) : []),
    ...(purposes.has('merge') ? (['pr.merge'] as const) : []),
  ]);
  const agents = state.runs.flatMap(({ executor, produced }) =>
    executor.kind === 'agent' && produced?.work
      ? (profileIn(deps.profiles, roles, executor.role) ?? [])
      : [],
  );
  const [first, ...others] = agents;
  const { decisions } = simulate(
    rules.set,
    {
      change: Change.parse(JSON.parse(String(await deps.artifacts.get(work.change)))),
      texts: { branch, title: goal.title, messages: [] },
      base: { branch: base.ref, isDefault: true },
    },
    {
      ...(first && {
        role: first.name,
        trust: lowestTrust(first.trust, ...others.map(({ trust }) => trust)),
      }),
      proof: proofOfWork(state),
      unpassed: unpassedByWork(state),
    },
    deps,
  );
  return decisions.filter(
    ({ action, outcome }) => left.has(action) && outcome === 'require_approval',
  ).length;
}
