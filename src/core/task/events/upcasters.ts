/** A task's events of earlier versions: each function is named after what the next version added. */
import { z } from 'zod';
import { HOLDS_FOR_HOURS } from '../../approvals/expiry.ts';
import { ruleNumbered } from '../../approvals/rule-numbers.ts';
import type { EventData, Upcasters } from '../../upcast.ts';

/** A step of a graph before steps had a purpose: its command or role implied it. */
const StepV1 = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('command'),
    command: z.string(),
    expect: z.enum(['green', 'red']),
    keepsChanges: z.boolean(),
  }),
  z.looseObject({ kind: z.literal('agent'), role: z.string() }),
  z.looseObject({ kind: z.literal('builtin'), builtin: z.enum(['publish', 'merge']) }),
]);

const WithBase = z.looseObject({ base: z.looseObject({}).optional() });

const CreatedV1 = z.looseObject({ graph: z.looseObject({ steps: z.array(StepV1) }) });

/** Before the toolchain was recorded, it was npm's. */
function withPurposesAndToolchain(data: EventData): EventData {
  const created = CreatedV1.parse(data);
  const { graph } = created;
  return {
    toolchain: { ecosystems: ['npm'], found: [], notes: [] },
    ...created,
    graph: { ...graph, steps: graph.steps.map(withPurpose) },
  };
}

function withPurpose(step: z.infer<typeof StepV1>): EventData {
  switch (step.kind) {
    case 'command': {
      const { expect, ...rest } = step;
      const proves = expect === 'red' ? 'reproduce' : step.keepsChanges ? 'change' : 'gate';
      return { ...rest, purpose: step.command === 'install' ? 'install' : proves };
    }
    case 'agent':
      return { ...step, purpose: step.role === 'reviewer' ? 'review' : 'change' };
    case 'builtin': {
      const { builtin, ...rest } = step;
      return { ...rest, purpose: builtin };
    }
  }
}

/** Before another branch could be asked for, the base was always the default branch. */
const withReasonOfBase = (data: EventData): EventData => {
  const { base } = WithBase.parse(data);
  return base ? { ...data, base: { because: '', ...base } } : data;
};

const withTimeAndAuthor = (data: EventData): EventData => ({ at: null, by: null, ...data });

/** Before people could say something to it. */
const withInstructions = (data: EventData): EventData => ({ instructions: '', ...data });

const withCheckpoint = (data: EventData): EventData => ({ checkpoint: null, ...data });

const withWorker = (data: EventData): EventData => ({
  epoch: null,
  worker: null,
  adapter: null,
  ...data,
});

const withObjectionsAndFindings = (data: EventData): EventData => ({
  objections: null,
  findings: [],
  ...data,
});

/** Before requests had capsules, only the merge was asked for. */
const withCapsule = (data: EventData): EventData => ({
  rework: null,
  gate: 'merge',
  capsule: null,
  digest: null,
  facts: null,
  files: [],
  findings: [],
  holdsForHours: HOLDS_FOR_HOURS,
  ...data,
});

const withExpiry = (data: EventData): EventData => ({ until: null, ...data });

/** Version 1 knew the approval rule by its number. */
const withRuleName = (data: EventData): EventData => ({
  ...data,
  rule: ruleNumbered(Number(data.rule)),
});

const withStatementAndRuleName = (data: EventData): EventData => ({
  statement: null,
  target: null,
  ...withRuleName(data),
});

const withoutMerge = (data: EventData): EventData => ({ merges: null, ...data });

const CheckOfVersion2 = z.looseObject({}).nullable();

/** Before commit statuses and threads of reviews could ask for work, and before outputs were compared. */
const withSourceOfCheckAndThreads = (data: EventData): EventData => {
  const check = CheckOfVersion2.parse(data.check ?? null);
  return {
    threads: [],
    ...data,
    check: check && { reportedAs: 'check_run', output: null, ...check },
  };
};

/**
 * The next version can say more: what observed policies would have answered (`policy.decided` 3),
 * that people answered in the console (`approval.answered` 2), that a call tried again (`task.retried` 4), or
 * that one more call stopped all further ones (`remediation.stopped` 2).
 */
const unchanged = (data: EventData): EventData => data;

/** Before calls could ask for more work. */
const withoutCaller = (data: EventData): EventData => ({ caller: null, ...data });

const RetriedV4 = z.looseObject({ by: z.looseObject({ kind: z.string() }) });

/** Version 4 did not tell a `repository_dispatch` from a comment of who sent it. */
const withOriginOfTry = (data: EventData): EventData => ({
  origin: RetriedV4.parse(data).by.kind === 'token' ? 'call' : 'comment',
  ...data,
});

const withEndOfWait = (data: EventData): EventData => ({ checksUntil: null, ...data });

const withObstacle = (data: EventData): EventData => ({
  obstacle: data.checksUntil === null ? 'github' : 'checks',
  ...data,
});

/** Earlier versions knew the names in their reason alone: whatever is reported is looked at. */
const withNames = (data: EventData): EventData => ({ waitsFor: [], ...data });

const withCheck = (data: EventData): EventData => ({ check: null, ...data });

const EndedCheck = z.looseObject({ name: z.string(), green: z.boolean() }).nullish();

/** Version 3 told of checks that had ended alone. */
const withStateOfCheck = (data: EventData): EventData => {
  const check = EndedCheck.parse(data.check);
  return {
    ...data,
    check: check ? { name: check.name, state: check.green ? 'green' : 'red' } : null,
  };
};

/** Before version 4, tasks worked on issues alone. */
const withoutPull = (data: EventData): EventData => ({ worksOn: null, ...data });

const withoutHandover = (data: EventData): EventData => ({ handover: null, ...data });

/** Before version 5, steps had no conditions. */
const withoutLabels = (data: EventData): EventData => ({ labels: [], ...data });

const withoutTouched = (data: EventData): EventData => ({ touched: {}, ...data });

const ByPerson = z.looseObject({ by: z.looseObject({}).optional() });

/** Before operators steered tasks from the shell, every one who did was a person on GitHub. */
const withKindOfSteerer = (data: EventData): EventData => ({
  ...data,
  by: { kind: 'person', ...ByPerson.parse(data).by },
});

const CreatedV5 = z.looseObject({ worksOn: z.unknown(), requester: z.looseObject({}).optional() });

/** Before version 6, every task was asked for by a person on GitHub. */
const withOrigin = (data: EventData): EventData => {
  const { worksOn, requester } = CreatedV5.parse(data);
  return {
    ...data,
    origin: { kind: worksOn ? 'pull' : 'issue' },
    requester: { kind: 'person', ...requester },
  };
};

const CreatedV6 = z.looseObject({ origin: z.looseObject({ kind: z.string() }) });

/** Before version 7, the output of the check that a task came from was not compared. */
const withCheckOfOrigin = (data: EventData): EventData => {
  const { origin } = CreatedV6.parse(data);
  if (origin.kind !== 'check' || 'check' in origin) return data;
  const { kind, ...check } = origin;
  return { ...data, origin: { kind, check: { reportedAs: 'check_run', output: null, ...check } } };
};

/** Before version 8, no task went on from the plan of another one. */
const withoutPlan = (data: EventData): EventData => ({ plan: null, ...data });

/** Before version 9, every role was one of the deployment's, and every call was answered by itself. */
const withoutOwnRoles = (data: EventData): EventData => ({ roles: [], gathered: false, ...data });

export const taskUpcasters: Upcasters = {
  'task.created': {
    1: withPurposesAndToolchain,
    2: withReasonOfBase,
    3: withoutPull,
    4: withoutLabels,
    5: withOrigin,
    6: withCheckOfOrigin,
    7: withoutPlan,
    8: withoutOwnRoles,
  },
  'rework.requested': { 1: withoutMerge, 2: withSourceOfCheckAndThreads, 3: withoutCaller },
  'pull.signaled': { 1: withTimeAndAuthor, 2: withCheck, 3: withStateOfCheck },
  'run.produced': { 1: withoutHandover, 2: withoutTouched },
  'run.waiting_approval': { 1: withCheckpoint },
  'task.cancel_requested': { 1: withKindOfSteerer },
  'task.retried': { 1: withInstructions, 2: withKindOfSteerer, 3: unchanged, 4: withOriginOfTry },
  'remediation.stopped': { 1: unchanged },
  'run.resumed': { 1: withWorker },
  'policy.decided': { 1: withObjectionsAndFindings, 2: unchanged, 3: withNames },
  'approval.requested': { 1: withCapsule },
  'approval.answered': { 1: unchanged },
  'approval.granted': { 1: withExpiry },
  'approval.confirmed': { 1: withRuleName },
  'approval.refused': { 1: withStatementAndRuleName },
  'merge.blocked': { 1: withEndOfWait, 2: withObstacle, 3: withNames },
};
