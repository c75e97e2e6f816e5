/** What must hold is looked at where the change was deployed: by us, outside every sandbox. */
import { type Criterion, criterionName, filled } from '../../core/repository-config/environment.ts';
import type { TaskCommand } from '../../core/task/decide/command.ts';
import type { CriterionResult } from '../../core/task/events/deploy-events.ts';
import { commitOf, deploymentTo, environmentOf } from '../../core/task/state/deployed.ts';
import { baseOf, createdOf, runOf, type TaskState } from '../../core/task/state/state.ts';
import { judgeHttp } from '../acceptance/http.ts';
import { createMayReach } from '../acceptance/may-reach.ts';
import { judgeMetric, queryAddress } from '../acceptance/metric.ts';
import type { Dependencies } from '../dependencies.ts';
import type { MayReach } from '../ports/web.ts';
import type { TaskEffect } from '../task-context.ts';

export async function accept(context: TaskEffect<'accept'>): Promise<TaskCommand> {
  const { deps, folded, effect } = context;
  const { state } = folded;
  const run = runOf(state, effect.run);
  if (run.state !== 'running') return { type: 'performed', key: effect.key };
  const { name, environment } = environmentOf(state, run);
  const commit = commitOf(state);
  if (commit === null) throw new Error('there is nothing that could be accepted');
  const places = placesOf(state, commit, name);
  const address = await addressOf(deps, state, { run, places });
  const nowhere = { type: 'acceptance_judged' as const, run: run.id, address: null, results: [] };
  if (address === null) return nowhere;
  const criteria = (environment.accept ?? []).map(one => withPlaces(one, places, address));
  const named = [address, ...criteria.flatMap(({ from }) => from ?? [])];
  const mayReach = await createMayReach(context, run, named);
  const results = await Promise.all(criteria.map(one => judge(deps, one, mayReach)));
  return { ...nowhere, address, results: results.flat() };
}

type Places = Parameters<typeof filled>[1];

const placesOf = (state: TaskState, commit: string, environment: string): Places => ({
  pull: String(state.pull?.number ?? ''),
  commit,
  branch: state.merged ? baseOf(state) : createdOf(state).branch,
  environment,
});

/** Where it is reached: as the configuration says, or where its deployment does. Null: it is not there yet. */
async function addressOf(
  { github }: Pick<Dependencies, 'github'>,
  state: TaskState,
  { run, places }: { run: { step: string }; places: Places },
): Promise<string | null> {
  const { name, environment } = environmentOf(state, run);
  const ours = deploymentTo(state, name);
  const said = environment.url === undefined ? null : filled(environment.url, places, true);
  if (ours) return said ?? ours.address;
  const { repository } = createdOf(state);
  const seen = await github.facts.preview(repository, { commit: places.commit, environment: name });
  if (seen !== null) return seen.state === 'success' ? (said ?? seen.address) : null;
  // Previews that no deployment tells of are looked at until they answer.
  return said;
}

type Placed = { criterion: Criterion; from: string | null };

/** The address that it looks at; null of what is none of ours to look at: a command is a step of its own. */
function withPlaces(criterion: Criterion, places: Places, address: string): Placed {
  if ('command' in criterion) return { criterion, from: null };
  if (!('get' in criterion)) {
    const prometheus = filled(criterion.prometheus, places, true);
    const metric = filled(criterion.metric, places);
    return { criterion, from: queryAddress({ ...criterion, metric, prometheus }) };
  }
  const at = filled(criterion.get, places, true);
  return { criterion, from: at.startsWith('/') ? `${address.replace(/\/+$/, '')}${at}` : at };
}

async function judge(
  { readWeb, redact }: Pick<Dependencies, 'readWeb' | 'redact'>,
  { criterion, from }: Placed,
  mayReach: MayReach,
): Promise<CriterionResult[]> {
  if (from === null || 'command' in criterion) return [];
  const answer = await readWeb(from, mayReach);
  const verdict =
    'get' in criterion ? judgeHttp(criterion, answer) : judgeMetric(criterion, answer);
  return [{ ...verdict, name: criterionName(criterion), seen: redact(verdict.seen).slice(0, 500) }];
}
