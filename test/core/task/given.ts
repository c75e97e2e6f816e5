/** Commands of a task in short, and how far some of them bring it. */
import { createHash } from 'node:crypto';
import { NO_USAGE } from '../../../src/core/agent-event.ts';
import { type Capsule, capsuleText } from '../../../src/core/approvals/capsule.ts';
import type { StatementVerdict } from '../../../src/core/approvals/judgement.ts';
import {
  type Action,
  type Digest,
  GATE_OF,
  type Outcome,
  type PolicyDecision,
} from '../../../src/core/decision.ts';
import { effectKey } from '../../../src/core/effect.ts';
import { fixGraph } from '../../../src/core/graph/graphs.ts';
import { byPerson } from '../../../src/core/origin.ts';
import type { ApprovalSubject, TaskCommand } from '../../../src/core/task/decide/command.ts';
import { task } from '../../../src/core/task/decider.ts';
import type { Blocked } from '../../../src/core/task/events/blocked.ts';
import type { DataOf } from '../../../src/core/task/state/state.ts';
import { testsOf } from '../given-when-then.ts';

export { NOW } from '../given-when-then.ts';

export const LATER = '2026-11-22T10:00:00.000Z';
export const sha = (letter: string): string => letter.repeat(40);
export const digest = `sha256:${'0'.repeat(64)}`;
export const MAINTAINER = { id: 1, login: 'mona' };
export const REVIEWER = { id: 2, login: 'rey' };
const repository = { id: 42, owner: 'acme', name: 'span', installation: 7 };
const target = { kind: 'issue' as const, number: 1 };
const commands = { install: ['npm', 'ci'], lint: ['npm', 'run', 'lint'], test: ['npm', 'test'] };

export const created = (over: Partial<DataOf<'task.created'>> = {}): TaskCommand => ({
  type: 'create',
  data: {
    command: 'fix',
    instructions: '',
    goal: { title: 'It is wrong', body: 'Very.' },
    mode: 'live',
    graph: fixGraph(commands),
    repository,
    issue: 1,
    origin: { kind: 'issue' },
    requester: byPerson(MAINTAINER),
    target,
    labels: ['bug'],
    label: 'agent:fix',
    base: { ref: 'main', sha: sha('a'), because: '' },
    worksOn: null,
    branch: 'gatehouse/issue-1',
    taint: [],
    plan: null,
    roles: [],
    gathered: false,
    config: { commands, remediate: { ci: true } },
    toolchain: { ecosystems: ['npm'], found: [], notes: [] },
    ...over,
  },
});

export const decision = (
  action: Action,
  outcome: Outcome,
  over: Partial<PolicyDecision> = {},
): PolicyDecision => ({
  gate: GATE_OF[action],
  action,
  resource: 'something',
  outcome,
  reasons: [`${action}: ${outcome}`],
  policies: ['some-policy'],
  approvers: outcome === 'require_approval' ? ['a maintainer'] : [],
  quorum: outcome === 'require_approval' ? 1 : 0,
  tree: { name: action, outcome, reason: '', children: [] },
  policyDigest: digest,
  factsDigest: digest,
  ...over,
});

export const decided = (
  action: Action,
  outcome: Outcome,
  run: string | null = null,
  more: Partial<Extract<TaskCommand, { type: 'decided' }>> = {},
): TaskCommand => ({
  type: 'decided',
  run,
  rework: null,
  decision: decision(action, outcome),
  approvalSubject: approvalSubject(action),
  awaits: null,
  ...more,
});

/** Policy allows the merge, which waits for these checks. */
export const awaiting = (
  waitsFor: string[],
  checksUntil: string,
  reason = 'It waits.',
): Blocked => ({
  obstacle: 'checks',
  reason,
  waitsFor,
  checksUntil,
  lookAt: null,
});

/** What was asked about: by default a head that nobody said anything about. */
export function approvalSubject(
  action: Action,
  over: Partial<Capsule> = {},
  judgement: ApprovalSubject['judgement'] = null,
): ApprovalSubject {
  const merges = action === 'pr.merge';
  const capsule: Capsule = {
    repository: repository.id,
    task: 't',
    action,
    resource: 'something',
    policy: digest,
    tree: sha('b'),
    base: { ref: 'main', sha: sha('a') },
    head: merges ? sha('c') : null,
    ...over,
  };
  return {
    capsule,
    digest: digestOf(capsule),
    files: ['src/a.js'],
    findings: [],
    judgement,
    terms: judgement && decision(action, 'require_approval'),
    forged: [],
    checks: [],
  };
}

const digestOf = (capsule: Capsule): Digest =>
  `sha256:${createHash('sha256').update(capsuleText(capsule)).digest('hex')}`;

/** What the rules made of these statements. */
export const judged = (
  ...verdicts: Partial<StatementVerdict>[]
): NonNullable<ApprovalSubject['judgement']> => {
  const all = verdicts.map(verdict => ({
    statement: 'review-8',
    review: 8,
    by: REVIEWER,
    says: 'approves' as const,
    counts: true,
    rule: 'current-head',
    told: false,
    reason: 'It approves this head.',
    ...verdict,
  }));
  const counting = all.filter(({ counts, says }) => counts && says === 'approves');
  const until = counting.length > 0 ? LATER : null;
  return { granted: counting.flatMap(({ by }) => by ?? []), verdicts: all, missing: [], until };
};

export const started = (run: string): TaskCommand => ({
  type: 'start',
  run,
  epoch: 1,
  worker: 'w1',
  adapter: 'simulated',
});

export const work = (tree: string) => ({
  parent: sha('a'),
  tree: sha(tree),
  pack: digest,
  change: digest,
  files: 1,
  added: 2,
  removed: 1,
});

export const produced = (
  run: string,
  over: Partial<DataOf<'run.produced'>> = {},
  failure: Extract<TaskCommand, { type: 'produce' }>['failure'] = null,
): TaskCommand => ({
  type: 'produce',
  data: {
    run,
    ok: failure === null,
    exitCode: failure === null ? 0 : 1,
    summary: 'Done.',
    work: null,
    touched: {},
    prepared: null,
    session: null,
    usage: NO_USAGE,
    journal: null,
    handover: null,
    ...over,
  },
  artifacts: [],
  failure,
});

export const red = {
  class: 'red' as const,
  reason: '`npm run lint` exited with 1.',
  retryable: false,
};

export const readied = (run: string): TaskCommand => ({
  type: 'record',
  event: { type: 'pull.readied', v: 1, data: { run } },
});

/** The comment that asks for this approval stands on GitHub. */
export const posted = (approval: string, comment: number): TaskCommand => ({
  type: 'record',
  event: { type: 'approval.posted', v: 1, data: { approval, comment } },
});

/** Our check run is green on this head. */
export const greenCheck = (head: string): TaskCommand => ({
  type: 'record',
  event: {
    type: 'surface.shown',
    v: 1,
    data: { surface: 'check', id: 5, digest: 'd', head, conclusion: 'success' },
  },
});

/** A run that is admitted, starts and ends well. */
export const ran = (run: string, over: Partial<DataOf<'run.produced'>> = {}): TaskCommand[] => [
  decided('run.start', 'allow', run),
  started(run),
  produced(run, over),
];

/** A run that changes the tree, and whose change is accepted. */
export const changed = (run: string, tree: string): TaskCommand[] => [
  ...ran(run, { work: work(tree) }),
  decided('patch.accept', 'allow', run),
];

const admitted: TaskCommand[] = [created(), decided('task.start', 'allow')];
const reproduced = [...admitted, ...ran('prepare-1-1'), ...ran('reproduce-1-1')];
const authored = [...reproduced, ...changed('author-1-1', 'b')];
const reviewed = [...authored, ...ran('lint-1-1'), ...ran('test-1-1'), ...ran('review-1-1')];
const published: TaskCommand[] = [
  ...reviewed,
  decided('run.start', 'allow', 'publish-1-1'),
  decided('branch.push', 'allow', 'publish-1-1'),
  {
    type: 'pushed',
    run: 'publish-1-1',
    branch: 'gatehouse/issue-1',
    sha: sha('c'),
    tree: sha('b'),
    was: null,
  },
  decided('pr.open', 'allow', 'publish-1-1'),
  { type: 'pull_opened', run: 'publish-1-1', number: 2, nodeId: 'PR_2', head: sha('c') },
];
const waiting: TaskCommand[] = [
  ...published,
  decided('run.start', 'allow', 'merge-1-1'),
  readied('merge-1-1'),
  decided('pr.merge', 'require_approval', 'merge-1-1'),
];
const approved: TaskCommand[] = [
  ...waiting,
  decided('pr.merge', 'allow', 'merge-1-1', {
    approvalSubject: approvalSubject('pr.merge', {}, judged({})),
  }),
];

const fixes = fixGraph(commands);
const asks = { onFailure: 'ask_human' as const };
const asksPeople = {
  ...fixes,
  steps: fixes.steps.map(step => (step.id === 'author' ? { ...step, ...asks } : step)),
};

/** The author fails, which is in its agent's record, and people are asked. */
export const asking = (over: Partial<DataOf<'task.created'>> = {}): TaskCommand[] => [
  created({ graph: asksPeople, ...over }),
  ...reproduced.slice(1),
  {
    type: 'choose',
    data: {
      run: 'author-1-1',
      adapter: 'codex',
      version: '1',
      model: null,
      provider: null,
      reason: 'It is the first of the chain.',
      skipped: [],
      others: 0,
    },
  },
  decided('run.start', 'allow', 'author-1-1'),
  started('author-1-1'),
  produced('author-1-1', {}, red),
];

/** How far a task has come, as the commands that brought it there. */
/** The commands of a task that asks people about a review that blocks, however often it went back. */
export function blocked(over: Partial<DataOf<'task.created'>> = {}): TaskCommand[] {
  const { steps } = fixGraph({});
  const left = steps.filter(({ id }) => id !== 'prepare' && id !== 'reproduce');
  const blocks = {
    handover: { schema: 'review.v1', digest, fields: { blocking: 1, findings: 1 } },
  };
  const tries = ['b', 'c', 'd'].flatMap((tree, at) => [
    ...changed(`author-1-${at + 1}`, tree),
    ...ran(`review-1-${at + 1}`, blocks),
  ]);
  const graph = { name: 'fix', steps: left, reworkFrom: 'author' };
  return [created({ graph, ...over }), decided('task.start', 'allow'), ...tries];
}

export const HISTORY = { admitted, reproduced, authored, reviewed, published, waiting, approved };

export const { given, outcomeOf } = testsOf('task', task, command =>
  command.type === 'decided'
    ? effectKey.decide(command.decision.action, command.rework ?? command.run)
    : null,
);
