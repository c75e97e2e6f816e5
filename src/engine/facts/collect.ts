/** The facts of an effect's question to policy, collected live and kept as plain data. */
import { raiseInWords, type ScopeKind } from '../../core/budget.ts';
import type { Change } from '../../core/change.ts';
import { GATE_OF } from '../../core/decision.ts';
import type { Handover } from '../../core/handover/handover.ts';
import { isReservedLabel } from '../../core/labels.ts';
import { type Starter, starterOf } from '../../core/origin.ts';
import { hasBegun } from '../../core/task/approvals/begun.ts';
import { ownerOfBranch } from '../../core/task/events/works-on.ts';
import { conversationOf } from '../../core/task/state/place.ts';
import {
  baseOf,
  createdOf,
  currentRework,
  type Run,
  runOf,
  type TaskState,
} from '../../core/task/state/state.ts';
import { unpassedByWork } from '../../core/task/work/blocking-reviews.ts';
import { handedOver } from '../../core/task/work/handed-over.ts';
import { proofOfWork } from '../../core/task/work/proof.ts';
import { workAt } from '../../core/task/work/step-state.ts';
import type { FactsOf } from '../../policy/facts.ts';
import { canonical, digestOf } from '../chain.ts';
import type { Dependencies } from '../dependencies.ts';
import { isFreed } from '../spending/freed.ts';
import { askedAgain } from './asked-in-run.ts';
import { changeFacts, mergeFacts, UNJUDGED } from './change.ts';
import { chosenLabels } from './chosen-labels.ts';
import { type Circumstances, factsOf, type OwnFacts } from './circumstances.ts';
import { deployFacts } from './deploy.ts';
import type { CollectedFacts, Content, Overtaken, Question } from './question.ts';
import { authorsOf } from './subject.ts';

export async function collect(
  deps: Dependencies,
  state: TaskState,
  question: Question,
  circumstances: Circumstances,
): Promise<CollectedFacts | Overtaken> {
  const { action, key } = question;
  if (hasBegun(state, question)) return { type: 'performed', key };
  const about = (own: OwnFacts, content: Partial<Content> = {}): CollectedFacts => ({
    facts: factsOf(circumstances, own),
    content: { ...presentContent(state), ...content },
    forged: [],
    checks: [],
    awaits: null,
    checksChangedAt: null,
  });
  // An effect asks about these only once an agent has, and people answered.
  if (GATE_OF[action] === 'act') return askedAgain(deps, state, question, circumstances);
  switch (action) {
    case 'task.start': {
      const context = startFacts(deps, state, circumstances, question.rework);
      return about({ action, resource: { kind: 'repository' }, context });
    }
    case 'run.start': {
      const { step, executor, attempt } = asking(state, question);
      const resource = { kind: 'run' as const, step, executor: executor.kind, attempt };
      return about({ action, resource, context: startFacts(deps, state, circumstances, null) });
    }
    case 'budget.raise':
      if (await isFreed(deps, state, asking(state, question)))
        return { type: 'cap_freed', run: asking(state, question).id };
      return raiseFacts(deps, asking(state, question), question, about);
    case 'patch.accept': {
      const change = await changeOf(deps, asking(state, question).produced?.work?.change);
      const { context, paths, content } = changeFacts(change, judged(state), deps);
      const resource = { kind: 'patch' as const, tree: change.tree };
      return about({ action, resource, context, paths }, content);
    }
    case 'branch.push':
    case 'pr.open': {
      const { step } = asking(state, question);
      const change = await changeOf(deps, workAt(state, step)?.change);
      const { context, content } = changeFacts(change, judged(state), deps);
      const resource =
        action === 'branch.push'
          ? branchResource(state, circumstances)
          : baseResource(state, circumstances);
      return about({ action, resource, context }, content);
    }
    case 'issue.comment': {
      const number = conversationOf(state)?.number ?? 0;
      const pull = state.pull !== null || createdOf(state).worksOn !== null;
      return about({ action, resource: { kind: 'issue', number, pull }, context: {} });
    }
    case 'issue.label': {
      const number = conversationOf(state)?.number ?? 0;
      const { names, listed } = await chosenLabels(deps, state, asking(state, question).id);
      const reserved = names.some(isReservedLabel);
      const resource = { kind: 'labels' as const, number, names, reserved };
      return about({ action, resource, context: { listed } });
    }
    case 'plan.accept':
      return planFacts(handedOver(state, asking(state, question)), about);
    case 'ref.unlock':
      return unlockFacts(deps, state, question, circumstances);
    case 'deploy': {
      const asked = { run: asking(state, question), question, present: presentContent(state) };
      return deployFacts(deps, state, asked, circumstances);
    }
    case 'pr.merge':
      return mergeFacts(deps, state, question, circumstances);
    default:
      throw new Error(`nothing asks policy about ${action} yet`);
  }
}

type BranchFact = FactsOf<'branch.push'>['resource'];

const judged = (state: TaskState) => ({
  proof: proofOfWork(state),
  unpassed: unpassedByWork(state),
});

/** The branch that the task pushes to. */
export function branchResource(
  state: TaskState,
  { defaultBranch }: Pick<Circumstances, 'defaultBranch'>,
): BranchFact {
  const created = createdOf(state);
  const name = created.branch;
  return { kind: 'branch', name, default: name === defaultBranch, owner: ownerOfBranch(created) };
}

/** Judged is the person who asks for it, whoever the work is for. */
async function unlockFacts(
  deps: Pick<Dependencies, 'github'>,
  state: TaskState,
  { key }: Question,
  circumstances: Circumstances,
): Promise<CollectedFacts | Overtaken> {
  const by = state.unlock?.by;
  if (by?.kind !== 'person') return { type: 'performed', key };
  const { id, login } = by;
  const role = await deps.github.facts.role(createdOf(state).repository, by);
  const { context, subject } = circumstances;
  const asking = {
    ...circumstances,
    context: { ...context, requester: { role } },
    subject: { ...subject, person: { id, login } },
  };
  const resource = branchResource(state, circumstances);
  return {
    facts: factsOf(asking, { action: 'ref.unlock', resource, context: {} }),
    content: presentContent(state),
    forged: [],
    checks: [],
    awaits: null,
    checksChangedAt: null,
  };
}

/** The branch that its pull request asks to change. */
function baseResource(
  state: TaskState,
  { defaultBranch }: Pick<Circumstances, 'defaultBranch'>,
): BranchFact {
  const name = baseOf(state);
  const owner = createdOf(state).worksOn?.owner ?? 'repository';
  return { kind: 'branch', name, default: name === defaultBranch, owner };
}

/** Before a pull request is looked at: the commit that the work is based on, and the present head. */
const presentContent = (state: TaskState): Content => ({
  tree: null,
  base: { ref: baseOf(state), sha: state.parent },
  head: state.pull?.head ?? null,
  paths: [],
  findings: [],
  question: null,
});

function asking(state: TaskState, { action, run }: Question): Run {
  if (run === null) throw new Error(`${action} is asked about a run`);
  return runOf(state, run);
}

/** What happens where nobody answers, of caps that are for a time. */
const NEXT_PERIOD: Partial<Record<ScopeKind, string>> = {
  day: 'Without an answer the work goes on after midnight (UTC), when the budget of the next day begins.',
  repository:
    'Without an answer the work goes on when the next month begins (UTC), with its own budget.',
};

/** What is approved is this cap, on what the run did until it was reached. */
async function raiseFacts(
  deps: Pick<Dependencies, 'artifacts' | 'redact'>,
  run: Run,
  { key }: Question,
  about: (own: OwnFacts, content: Partial<Content>) => CollectedFacts,
): Promise<CollectedFacts | Overtaken> {
  const reached = run.budget.raises;
  if (!reached || run.state !== 'queued') return { type: 'performed', key };
  const work = run.checkpoint?.work ?? null;
  const change = work && (await changeOf(deps, work.change));
  const question = digestOf(canonical({ run: run.id, reached }));
  const own = { action: 'budget.raise' as const, resource: { kind: 'budget' as const, reached } };
  const content = change ? changeFacts(change, UNJUDGED, deps).content : {};
  const kept = work
    ? `What was done until then is kept: ${work.files} ${work.files === 1 ? 'file' : 'files'}, +${work.added} −${work.removed}.`
    : 'Nothing was changed until then.';
  const to = `Approving raises ${raiseInWords(reached)}, for this task, and the work goes on.`;
  const next = NEXT_PERIOD[reached.scope];
  const checks = [kept, to, ...(next ? [next] : [])];
  return { ...about({ ...own, context: {} }, { ...content, question }), checks };
}

const TO_ANSWER =
  'Answer in a comment before you approve: whoever works by the plan reads it. Or deny the plan, and give /agent plan with the answers to have it planned anew.';

/** What is approved is exactly this plan. */
function planFacts(
  { digest, fields }: Handover,
  about: (own: OwnFacts, content: Partial<Content>) => CollectedFacts,
): CollectedFacts {
  const count = (name: string) => Number(fields[name] ?? 0);
  const questions = count('questions');
  const plan = { questions, steps: count('steps'), risks: count('risks') };
  const resource = { kind: 'plan' as const, digest, ...plan };
  const open = questions === 0 ? [] : [`Questions that the plan asks: ${questions}. ${TO_ANSWER}`];
  const own = { action: 'plan.accept' as const, resource, context: {} };
  return { ...about(own, { question: digest }), checks: open };
}

/** Nobody answers for a conflict in what no person asked for: it is part of that work. */
function starterNow(state: TaskState, rework: string | null): Starter {
  const { origin, requester } = createdOf(state);
  const present = state.waitingReworks.find(other => other.id === rework) ?? currentRework(state);
  switch (present?.origin) {
    case 'comment':
      return 'person';
    case 'check':
      return 'ci';
    case 'call':
      return 'call';
    case 'conflict':
      return requester.kind === 'person' ? 'conflict' : starterOf(origin);
    // It is part of the work that was asked for.
    case 'acceptance':
    case undefined:
      return starterOf(origin);
  }
}

function startFacts(
  deps: Pick<Dependencies, 'profiles' | 'settings' | 'adapters'>,
  state: TaskState,
  { defaultBranch }: Pick<Circumstances, 'defaultBranch'>,
  rework: string | null,
): Pick<FactsOf<'task.start'>['context'], 'startedBy' | 'ciOptIn' | 'fork' | 'authors' | 'base'> {
  return {
    startedBy: starterNow(state, rework),
    ciOptIn: isOptedIn(state, rework),
    fork: createdOf(state).worksOn?.fork ?? false,
    authors: authorsOf(deps, state),
    base: { name: baseOf(state), default: baseOf(state) === defaultBranch },
  };
}

/** A round on a pull request of ours, or a task that a pull request of a person began. */
function isOptedIn(state: TaskState, rework: string | null): boolean {
  const { config, origin } = createdOf(state);
  const present = state.waitingReworks.find(other => other.id === rework) ?? currentRework(state);
  const ofPerson = !present && origin.kind === 'check';
  return ofPerson ? (config.remediate.pulls ?? false) : config.remediate.ci;
}

async function changeOf(
  { artifacts }: Pick<Dependencies, 'artifacts'>,
  digest: string | undefined,
): Promise<Change> {
  if (!digest) throw new Error('there is no change to judge');
  return JSON.parse((await artifacts.get(digest)).toString('utf8')) as Change;
}
