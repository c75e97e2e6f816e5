/** What the earlier tasks of an issue or a pull request say to work that a person asks for there. */
import type { Person } from '../../../core/actor.ts';
import type { GivenCommand } from '../../../core/commands/commands.ts';
import type { GraphName } from '../../../core/graph/graphs.ts';
import type { SingleReply } from '../../../core/reply.ts';
import { givesWay } from '../../../core/task/state/gives-way.ts';
import { acceptedPlan } from '../../../core/task/work/accepted-plan.ts';
import type { Call } from '../../../core/trigger.ts';
import type { WorkerDependencies } from '../../dependencies.ts';
import type { TaskRow } from '../../ports/event-log.ts';
import type { TaskOrder } from '../create/create-task.ts';
import { stateOf } from '../intake.ts';
import { earlierReview } from './earlier-review.ts';

type AskedWork = Pick<Call, 'repository' | 'issue' | 'isPull'> & {
  by: Person;
  command: Pick<GivenCommand, 'name' | 'text'>;
};

type WorkVerdict =
  /** The open task does another round on its own pull request. */
  | { is: 'round'; task: TaskRow }
  | { is: 'refused'; answer: SingleReply }
  /** A task begins. `inPlaceOf`: an open one, which gives way. `planned`: what it goes on from. */
  | { is: 'free'; inPlaceOf: TaskRow | null; planned: TaskOrder['planned'] };

const refused = (answer: SingleReply): WorkVerdict => ({ is: 'refused', answer });

/** `last`: the open task of that issue or pull request, or the last one. */
export async function judgeAskedWork(
  deps: Pick<WorkerDependencies, 'tasks' | 'log' | 'github'>,
  asked: AskedWork,
  graph: GraphName,
  last: TaskRow | undefined,
): Promise<WorkVerdict> {
  const { issue, isPull } = asked;
  const command = asked.command.name;
  const isOwnPull = isPull && last?.pull === issue;
  const state = last && (await stateOf(deps, last));
  if (last?.open && state) {
    if (isOwnPull)
      return graph === 'fix'
        ? { is: 'round', task: last }
        : refused({ code: 'refused', command, reasons: [whyNotBeside(graph)] });
    if (givesWay(state, { graph })) return { is: 'free', inPlaceOf: last, planned: null };
    const pull = last.pull === null || isPull ? {} : { pull: last.pull };
    return refused({ code: 'busy', task: last.id, ...pull });
  }
  const earlier = isPull && graph === 'review' ? await earlierReview(deps, asked) : null;
  if (earlier) return refused(earlier);
  if (state?.merged && isOwnPull) return refused({ code: 'merged', command, pull: issue });
  const plan =
    last && state && command === 'implement' ? acceptedPlan(last.id, state, asked.by) : null;
  const planned = plan && state ? { plan, taint: state.taint } : null;
  return { is: 'free', inPlaceOf: null, planned };
}

/** What every round of a task does anyway is not asked for besides. */
const ROUND: ReadonlySet<GraphName> = new Set(['lint', 'test', 'review']);

const whyNotBeside = (graph: GraphName): string =>
  ROUND.has(graph)
    ? 'A task of mine works on this pull request, and runs lint, tests and a review in each of its rounds: `/agent status` says how they went. Ask again once it has ended.'
    : 'A task of mine works on this pull request, and nothing else begins here before it has ended. `/agent fix`, with what you want, has it do another round; `/agent cancel` ends it.';
