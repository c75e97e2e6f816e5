/** Whether a run did what it is for. */
import type { ReachedCap } from '../../../core/budget.ts';
import type { Profile } from '../../../core/profile.ts';
import type { RunFailure } from '../../../core/task/decide/command.ts';
import { createdOf } from '../../../core/task/state/state.ts';
import type { Spending } from '../../spending/spending.ts';
import { agentFailure, capFailure, outputFailure } from '../outcome.ts';
import type { Executed, Execution } from '../process/execute.ts';
import { isCommand, type RunContext } from '../run-context.ts';
import type { Session } from '../session/session.ts';
import { installs } from '../workspace.ts';
import { commandFailure } from './command-failure.ts';

export type Judged = {
  /** How the process failed, also where that is what the step expects. */
  failure: RunFailure | null;
  ok: boolean;
  /** Why the run did not do what it is for; `null`: it did. */
  reported: RunFailure | null;
  /** The cap for which it failed; `null`: it did not, or not for one. */
  reached: ReachedCap | null;
};

/** The caps that left no room; `null`: nothing is spent, as in a replay. */
type Reached = Pick<Spending, 'reached' | 'shortened'>;

export function judge(
  context: Pick<RunContext, 'folded' | 'step' | 'run' | 'chosen'> & { spending: Reached | null },
  { report, execution }: Pick<Session, 'report'> & { execution: Pick<Execution, 'workspace'> },
  executed: Executed,
): Judged {
  const { folded, step, run, chosen } = context;
  const failed = isCommand(context)
    ? commandFailure(executed, {
        argv: chosen.argv,
        installs: installs(folded.state, run),
        refused: report()?.refused ?? [],
        unreached: report()?.unreached ?? [],
        submodules: execution.workspace.submodules,
      })
    : (agentFailure(executed) ?? outputFailure(answering(context), executed));
  const reached = failed && context.spending && reachedIn(context.spending, executed);
  const failure = reached ? capFailure(reached) : failed;
  const expectsRed = step.purpose === 'reproduce' && run.purpose === 'step';
  if (!expectsRed) return { failure, ok: failure === null, reported: failure, reached };
  // A step that expects red has seen what it is for, whether that was red or green.
  const seen = failure === null || failure.class === 'red';
  return { failure, ok: failure?.class === 'red', reported: seen ? null : failure, reached };
}

/** Who owes an answer in a form of its own; in a dry run nobody does. */
const answering = ({ folded, chosen }: Pick<RunContext, 'folded' | 'chosen'>): Profile | null =>
  createdOf(folded.state).mode === 'live' ? chosen.profile : null;

/** Whatever an agent makes of it: without a further answer, or in the time that was left, it could not go on. */
const reachedIn = ({ reached, shortened }: Reached, { end }: Executed): ReachedCap | null =>
  reached() ?? (end.by === 'timeout' ? shortened() : null);
