/** What an agent is given to read, collected for its run. */
import type { ContextRules } from '../../../core/handover/context-rules.ts';
import { otherTryOf } from '../../../core/task/approvals/other-tries.ts';
import {
  createdOf,
  currentRework,
  purposeOf,
  type Run,
  runOf,
  type TaskState,
} from '../../../core/task/state/state.ts';
import { stepStateOf, workerAt } from '../../../core/task/work/step-state.ts';
import type { Dependencies } from '../../dependencies.ts';
import { textOrExpiry } from '../../ports/artifacts.ts';
import { GitHubFailure, type IssueFacts } from '../../ports/github.ts';
import type { PullFile } from '../../ports/pulls.ts';
import { failedBefore, type RunContext } from '../run-context.ts';
import { conversationOf } from './conversation.ts';
import { documentsFor } from './documents.ts';
import type { Context } from './prompt.ts';

export async function contextFor(
  of: Pick<RunContext, 'task' | 'folded' | 'run' | 'step'> & {
    rules: ContextRules;
    deps: Pick<Dependencies, 'artifacts' | 'github'>;
  },
): Promise<Context> {
  const { deps, task, folded, run, step, rules } = of;
  const { artifacts, github } = deps;
  const { state } = folded;
  const created = createdOf(state);
  const { repository, goal } = created;
  const rework = currentRework(state);
  const leads = run.step === created.graph.reworkFrom;
  const { sentBackBy } = stepStateOf(state, run.step);
  const sender = run.purpose === 'step' && sentBackBy !== null ? runOf(state, sentBackBy) : null;
  // Whoever is first to work on what people said is told all of it.
  const readsPeople = leads || step.purpose === 'plan' || created.graph.reworkFrom === null;
  return {
    repository: `${repository.owner}/${repository.name}`,
    goal,
    pull: created.worksOn?.pull ?? null,
    instructions: instructionsOf(of),
    conversation: await conversationFor(),
    labels: step.purpose === 'triage' ? (created.config.triage?.labels ?? []) : null,
    log: await logFor(),
    diff:
      run.purpose === 'join' || (leads && !sender) || rules.begins !== 'patch_first'
        ? null
        : await patchFor(),
    handedOver: await documentsFor(artifacts, state, run, rules),
    earlier: earlierAttempts(state, run),
  };

  /** The work so far; of a task that only reads somebody's pull request, what that changes. */
  async function patchFor(): Promise<string | null> {
    const worker = workerAt(state, run.step);
    if (worker !== null) return outputOf('patch.diff', runOf(state, worker));
    if (!created.worksOn || created.graph.reworkFrom !== null) return null;
    const files = await github.facts.pullFiles(repository, created.worksOn.pull);
    return files.map(patchText).join('\n');
  }

  /** For whoever does the work; a reviewer and a remedy of it judge the change alone. */
  async function conversationFor(): Promise<Context['conversation']> {
    if (!readsPeople) return null;
    const { facts } = github;
    const { issue, worksOn } = created;
    const pull = worksOn?.pull ?? state.pull?.number;
    const [onIssue, onPull] = await Promise.all([
      issue === null || worksOn ? [] : saidOn(facts.issue(repository, issue)),
      pull === undefined ? [] : facts.discussion(repository, pull),
    ]);
    const said = [...onIssue, ...onPull];
    return conversationOf(
      said.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
      state.taint,
    );
  }

  async function logFor(): Promise<Context['log']> {
    if (sender) {
      const name = `What the step ${sender.step} found, for which the work is sent back`;
      return { name, text: await findingsOf(sender) };
    }
    if (run.purpose === 'join') {
      const conflict = state.runs.findLast(({ class: failed }) => failed === 'conflict');
      return { name: 'What is to be settled', text: conflict?.reason ?? '' };
    }
    const check = rework ? rework.check : created.origin.kind === 'check' && created.origin.check;
    if (leads && check) {
      const log = await github.facts.checkOutput(repository, check);
      return { name: log.name, text: [...log.annotations, log.text].join('\n') };
    }
    // A remedy is given the output of the command it is to correct, the author that of the red test.
    const red = state.runs.findLast(
      other =>
        other.round === run.round &&
        (other.class === 'red' || (purposeOf(state, other) === 'reproduce' && state.reproduced)),
    );
    if (!red || (run.purpose !== 'remedy' && !leads)) return null;
    return { name: `Output of the step ${red.step}`, text: await printedBy(red) };
  }

  async function printedBy(of: Run): Promise<string> {
    return [await outputOf('stdout.log', of), await outputOf('stderr.log', of)].join('\n');
  }

  /** An agent says it in its result, a command in what it printed. */
  function findingsOf(of: Run): Promise<string> {
    return of.executor.kind === 'agent' ? outputOf('result.json', of) : printedBy(of);
  }

  async function outputOf(name: string, of: Run | undefined): Promise<string> {
    const left = of && (await artifacts.list(task)).find(a => a.run === of.id && a.name === name);
    return left ? textOrExpiry(artifacts, left.digest) : '';
  }
}

/** What was asked for, and what was said to it when another try was asked for. */
export function instructionsOf({ folded: { state }, run }: Pick<RunContext, 'folded' | 'run'>) {
  const { graph, instructions } = createdOf(state);
  const leads = run.step === graph.reworkFrom;
  const asked = leads ? (currentRework(state)?.instructions ?? instructions) : instructions;
  return [asked, otherTryOf(state, run)?.instructions ?? '']
    .filter(text => text !== '')
    .join('\n\n');
}

const patchText = ({ path, from, status, patch }: PullFile): string =>
  [`--- ${from ?? path}`, `+++ ${path} (${status})`, patch ?? '(no lines of it are shown)'].join(
    '\n',
  );

/** What became of the same work before, so that it is not tried in the same way again. */
const earlierAttempts = (state: TaskState, run: Run): string[] =>
  failedBefore(state, run)
    // What a worker was lost with says nothing about the work.
    .filter(({ class: failed }) => failed !== 'lost')
    .map(({ attempt, choice, adapter, class: failed, reason }) => {
      const by = [choice?.adapter ?? adapter, choice?.model].filter(Boolean).join(' with ');
      return `Attempt ${attempt}, by ${by || 'nobody'}, failed (${failed}): ${reason}`;
    });

/** What can't be read any more, such as the issues of a repository that has them switched off now, says nothing. */
async function saidOn(issue: Promise<IssueFacts>): Promise<IssueFacts['comments']> {
  try {
    return (await issue).comments;
  } catch (error) {
    if (error instanceof GitHubFailure && error.class === 'not_found') return [];
    throw error;
  }
}
