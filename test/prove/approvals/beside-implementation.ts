/** The task's decider, the approval rules and what the engine gives them, told of each act on the issue. */
import { capsuleId, capsuleSeen, type ShownRequest } from '../../../src/core/approvals/request.ts';
import { Action, type Digest } from '../../../src/core/decision.ts';
import type { Graph } from '../../../src/core/graph/graph.ts';
import { openApproval, openApprovals } from '../../../src/core/task/approvals/open-approvals.ts';
import { firstInComment } from '../../../src/core/task/approvals/request-comment.ts';
import type { ApprovalSubject, TaskCommand } from '../../../src/core/task/decide/command.ts';
import { task } from '../../../src/core/task/decider.ts';
import type { Checkpoint } from '../../../src/core/task/events/work.ts';
import { placeOf } from '../../../src/core/task/state/place.ts';
import {
  type Approval,
  isOpen,
  isOver,
  runOf,
  type TaskState,
} from '../../../src/core/task/state/state.ts';
import { digestOf } from '../../../src/engine/chain.ts';
import { judgeApprovals } from '../../../src/engine/facts/approvals.ts';
import { contentOfQuestion } from '../../../src/engine/facts/asked-in-run.ts';
import { type Content, capsuleOf } from '../../../src/engine/facts/question.ts';
import type { ApprovalQuery, GitHubApproval } from '../../../src/engine/ports/github-approval.ts';
import type { Facts } from '../../../src/policy/facts.ts';
import { factsFromShorthand } from '../../../src/policy/facts-shorthand.ts';
import { created, decided, decision, outcomeOf, ran, started } from '../../core/task/given.ts';
import { EXEC, starter } from '../../policy/starter.ts';
import {
  type BesideAct,
  type BesideSeen,
  type BesideSequence,
  OVER,
  type RunName,
  standing,
  TOPICS,
  type Topic,
} from './beside-world.ts';
import { type AnswerCommand, ASKED, account, answerBy, BEGAN, firstRoles, ID } from './people.ts';
import type { PersonName } from './world.ts';

const GRAPH: Graph = {
  name: 'beside',
  reworkFrom: null,
  steps: [
    ...(['plan', 'one', 'two'] as const).map(id => ({
      kind: 'agent' as const,
      id,
      purpose: 'plan' as const,
      role: 'planner',
      needs: [],
      keepsChanges: false,
    })),
    { kind: 'builtin', id: 'clarify', purpose: 'clarify', of: 'plan', needs: ['plan'] },
  ],
};

/** Who asks, and what. */
const ABOUT: Record<Topic, { action: 'command.exec' | 'plan.accept'; run: string; rework: null }> =
  {
    one: { action: 'command.exec', run: 'one-1-1', rework: null },
    two: { action: 'command.exec', run: 'two-1-1', rework: null },
    plan: { action: 'plan.accept', run: 'clarify-1-1', rework: null },
  };

const CHECKPOINT: Omit<Checkpoint, 'usage'> = {
  work: null,
  home: null,
  session: null,
  adapter: 'simulated',
  journal: null,
};

/** Without a pull request there is nothing to merge, and no policy here asks for code owners. */
const unneeded = (): never => {
  throw new Error('nothing is read of git');
};

const made = factsFromShorthand({ action: 'plan.accept' });
if ('problem' in made) throw new Error(made.problem);
const PLAN_FACTS = made.facts;
const POLICIES = starter();

export async function besideImplementation({
  setting,
  acts,
}: BesideSequence): Promise<BesideSeen[]> {
  let state: TaskState = outcomeOf(
    created({ graph: GRAPH, ...ASKED[setting.askedBy] }),
    decided('task.start', 'allow'),
    ...ran('plan-1-1'),
    decided('run.start', 'allow', 'clarify-1-1'),
    ...(['one-1-1', 'two-1-1'] as const).flatMap(run => [
      decided('run.start', 'allow', run),
      started(run),
    ]),
  ).folded.state;
  let clock = 0;
  let ids = 100;
  let policy = 1;
  let late: AnswerCommand | null = null;
  let issue: 'open' | 'closed' | 'locked' = 'open';
  const shown = new Map<number, ShownRequest>();
  const roles = firstRoles();
  const at = () => new Date(BEGAN + clock * 1000).toISOString();
  const tell = (command: TaskCommand): boolean => {
    const result = task.decide(state, command, { now: at(), jitter: 0.5, effect: null });
    if (!result.ok) return false;
    for (const event of result.events)
      state = task.evolve(state, event, { seq: state.version + 1, at: at() });
    return true;
  };
  const open = (topic: Topic): Approval | null => openApproval(state, ABOUT[topic]);

  const idOf = ({ digest }: Approval): string => capsuleId(digest ?? '');
  const answer = (
    by: PersonName,
    says: 'approve' | 'deny' | 'revoke',
    via: 'issue_comment' | 'console',
    names: string,
  ): AnswerCommand => answerBy(by, { says, via, id: ++ids, names, at: at() });
  const needs: Parameters<typeof judgeApprovals>[0] = {
    now: async () => new Date(BEGAN + clock * 1000),
    github: { facts: { approval: async (_, query) => facts(query), remote: unneeded } },
    workspaces: { remerge: unneeded, readFile: unneeded },
  };
  await look(TOPICS);
  const first = capsuleId(open('plan')?.digest ?? '');
  const seen: BesideSeen[] = [];
  for (const act of acts) {
    clock += act.soon ? 2 : 40;
    const before = late;
    late = null;
    await happen(act);
    if (before) {
      await look(TOPICS);
      deliver(before);
    }
    const used = act.kind === 'use' ? await use(act.run) : '';
    seen.push({ topics: await look(TOPICS), used });
  }
  return seen;

  async function happen(act: BesideAct): Promise<void> {
    switch (act.kind) {
      case 'ask':
        return ask(act.run);
      case 'approve': {
        if (act.by === 'bot') return;
        const named = act.names === 'bare' ? null : act.names === 'first' ? first : open(act.names);
        const names = named === null ? '' : typeof named === 'string' ? named : idOf(named);
        // What does not wait has no capsule that anybody could name.
        if (named === null && act.names !== 'bare') return;
        const command = answer(act.by, 'approve', 'issue_comment', names);
        if (act.late) late = command;
        else deliver(command);
        return;
      }
      case 'deny': {
        const named = act.names === 'bare' ? null : open(act.names);
        if (act.by !== 'bot')
          tell(answer(act.by, 'deny', 'issue_comment', named ? idOf(named) : ''));
        return;
      }
      case 'revoke':
        if (act.by !== 'bot') tell(answer(act.by, 'revoke', 'issue_comment', ''));
        return;
      case 'console': {
        const digests = new Map(TOPICS.map(topic => [topic, open(topic)?.digest ?? null]));
        const say = (by: PersonName, says: 'approve' | 'deny', about: Topic) => {
          const names = digests.get(about) ?? null;
          if (by !== 'bot' && names !== null) tell(answer(by, says, 'console', names));
        };
        say(act.by, act.says, act.about);
        if (act.between) await look(TOPICS.filter(topic => topic !== act.about));
        if (act.other) say(act.other.by, 'approve', act.other.about);
        return;
      }
      case 'edit': {
        const { comment, via, by } =
          state.answers.filter(one => one.says === 'approve' && one.comment !== null)[act.nth] ??
          {};
        if (comment && via && by) tell({ type: 'revoke', comment, via, by, how: 'edited' });
        return;
      }
      case 'role':
        roles[ID[act.of]] = act.role;
        return;
      case 'issue':
        issue = act.is;
        return;
      case 'policy':
        policy += 1;
        return;
      case 'wait':
        clock += act.hours * 3600;
        return;
      case 'goOn':
        if (runOf(state, ABOUT[act.run].run).state === 'waiting_approval')
          tell(started(ABOUT[act.run].run));
        return;
      case 'use':
        return;
    }
  }

  function ask(name: RunName): void {
    const run = runOf(state, ABOUT[name].run);
    const content = contentOfQuestion(state, run, run.waits + 1, EXEC);
    tell({
      type: 'wait',
      run: run.id,
      decision: decision('command.exec', 'require_approval', { quorum: setting.quorum }),
      approvalSubject: subject(EXEC, content, null),
      checkpoint: { ...CHECKPOINT, usage: run.usage },
      artifacts: [],
    });
  }

  function subject(
    facts: Facts,
    content: Content,
    judgement: ApprovalSubject['judgement'],
  ): ApprovalSubject {
    const of = capsuleOf('t', state, { facts, content }, digestOf(`policy ${policy}`));
    return { ...of, files: [], findings: [], judgement, terms: null, forged: [], checks: [] };
  }

  /** Policy is asked about what waits: here it asks for the quorum, and for nothing else. */
  async function look(topics: readonly Topic[]): Promise<BesideSeen['topics']> {
    const people = new Map<Topic, { granted: string[]; against: string[] }>();
    const order = openApprovals(state).map(({ id }) => id);
    const place = (topic: Topic) => order.indexOf(open(topic)?.id ?? '');
    for (const topic of topics.toSorted((a, b) => place(a) - place(b))) {
      const { action, run: id } = ABOUT[topic];
      const run = runOf(state, id);
      const request = open(topic);
      if (!isOpen(state) || isOver(run) || (topic !== 'plan' && request === null)) continue;
      const facts = topic === 'plan' ? PLAN_FACTS : EXEC;
      const content = topic === 'plan' ? planned() : contentOfQuestion(state, run, run.waits, EXEC);
      const { digest } = subject(facts, content, null);
      const asked = { facts, content, checksChangedAt: null, policies: POLICIES };
      const judgement =
        request &&
        (await judgeApprovals(needs, state, {
          ...asked,
          digest,
          request,
          terms: null,
          rework: null,
        }));
      const allowed = judgement?.outcome === 'approved';
      tell(
        decided(action, allowed ? 'allow' : 'require_approval', id, {
          decision: decision(action, allowed ? 'allow' : 'require_approval', {
            quorum: setting.quorum,
          }),
          approvalSubject: subject(facts, content, judgement),
        }),
      );
      people.set(topic, {
        granted: judgement?.granted.map(({ login }) => login) ?? [],
        against:
          judgement?.verdicts.flatMap(({ counts, says, by }) =>
            counts && says === 'objects' ? (by?.login ?? '') : [],
          ) ?? [],
      });
    }
    post();
    if (!isOpen(state)) return OVER;
    const told = (topic: Topic): string => {
      const { action, run } = ABOUT[topic];
      const last = state.approvals.findLast(one => one.action === action && one.run === run);
      const { granted = [], against = [] } = people.get(topic) ?? {};
      const waits = last?.status === 'requested' || last?.status === 'granted';
      return standing(last?.status ?? 'none', waits ? granted : [], waits ? against : []);
    };
    return { one: told('one'), two: told('two'), plan: told('plan') };
  }

  function planned(): Content {
    const { parent } = state;
    return {
      tree: null,
      base: { ref: 'main', sha: parent },
      head: null,
      paths: [],
      findings: [],
      question: digestOf('the plan'),
    };
  }

  /** As the engine shows it: a comment for each question, edited while what it showed is void. */
  function post(): void {
    if (placeOf(state) === null && openApprovals(state).length > 0)
      tell({ type: 'issue_opened', number: 7 });
    for (const approval of openApprovals(state)) {
      if (approval.posted !== null) continue;
      const earlier = firstInComment(state, approval);
      const before = state.approvals.find(({ id }) => id === earlier)?.posted ?? null;
      const comment = before ?? ++ids;
      const capsule = idOf(approval);
      if (shown.get(comment)?.capsule !== capsule) shown.set(comment, { capsule, changedAt: at() });
      tell({
        type: 'record',
        event: { type: 'approval.posted', v: 1, data: { approval: approval.id, comment } },
      });
    }
  }

  /** The bare form is looked up on GitHub as it arrives. */
  function deliver(command: AnswerCommand): void {
    const comment = openApprovals(state).at(-1)?.posted ?? null;
    const seenThen = comment === null ? undefined : shown.get(comment);
    const meant = seenThen ? capsuleSeen(seenThen, command.data.at) : '';
    tell({ ...command, names: command.names || meant });
  }

  function facts({ requesters, answers }: ApprovalQuery): GitHubApproval {
    return {
      complete: true,
      pull: null,
      issue: {
        number: placeOf(state) ?? 0,
        isPull: false,
        state: issue === 'closed' ? 'closed' : 'open',
        locked: issue === 'locked',
      },
      repository: { id: 42, owner: 'acme', archived: false },
      requesters,
      contributors: [],
      reviews: [],
      answers: answers.map(({ id, by, says, request, question, at: given, revoked }) => ({
        id,
        by: account(by.login as PersonName),
        says,
        request,
        question,
        at: given,
        revoked,
        standing: 'created',
      })),
      roles: { ...roles },
      teams: {},
      app: { id: 5, botUserId: ID.bot },
    };
  }

  async function use(name: RunName): Promise<string> {
    const { action, run } = ABOUT[name];
    if (!isOpen(state) || runOf(state, run).state !== 'running') return 'no';
    await look([name]);
    const request = open(name);
    const of: Digest | null = request?.digest ?? null;
    if (request?.status !== 'granted' || of === null) return 'no';
    const once = (effect: string) =>
      tell({ type: 'use', action: Action.parse(action), digest: of, effect, reviews: [] });
    const [one, two] = [once('one'), once('two')];
    return one && two ? 'twice' : one ? 'once' : 'no';
  }
}
