/** The task's decider and the approval rules, told what the engine would tell them of each act. */
import { createHash } from 'node:crypto';
import { createOwnChanges } from '../../../src/adapters/github/client/own-changes.ts';
import { createKept } from '../../../src/adapters/github/facts/kept.ts';
import { type Capsule, capsuleText } from '../../../src/core/approvals/capsule.ts';
import type { ApprovalFacts } from '../../../src/core/approvals/facts.ts';
import { judge } from '../../../src/core/approvals/judge.ts';
import { countingReviews } from '../../../src/core/approvals/judgement.ts';
import { capsuleId, capsuleSeen, type ShownRequest } from '../../../src/core/approvals/request.ts';
import type { Digest } from '../../../src/core/decision.ts';
import { openApproval } from '../../../src/core/task/approvals/open-approvals.ts';
import { firstInComment } from '../../../src/core/task/approvals/request-comment.ts';
import { requestersOf } from '../../../src/core/task/approvals/requesters.ts';
import { spentReviews } from '../../../src/core/task/approvals/spent-reviews.ts';
import type { TaskCommand } from '../../../src/core/task/decide/command.ts';
import { task } from '../../../src/core/task/decider.ts';
import { mergeRun, type TaskState } from '../../../src/core/task/state/state.ts';
import { unknownPushers } from '../../../src/engine/facts/approvals.ts';
import { GitHubFailure } from '../../../src/engine/ports/github.ts';
import { changed, decided, decision, HISTORY, outcomeOf, ran } from '../../core/task/given.ts';
import { type AnswerCommand, ASKED, account, answerBy, BEGAN, firstRoles, ID } from './people.ts';
import {
  type Act,
  type AskedBy,
  type PersonName,
  type Seen,
  type Sequence,
  topicOf,
  UNASKED,
} from './world.ts';

const REPOSITORY = { id: 42, owner: 'acme', name: 'library', installation: 7 };
const QUESTION = { action: 'pr.merge', run: 'merge-1-1', rework: null };
const sha = (n: number): string => (n === 0 ? 'c'.repeat(40) : n.toString(16).padStart(40, '0'));
const digest = (text: string): Digest =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;

const WAITING = outcomeOf(...HISTORY.waiting.slice(0, -1)).folded.state;

function waitingFor(askedBy: AskedBy): TaskState {
  if (!WAITING.created) throw new Error('there is a task');
  return { ...WAITING, created: { ...WAITING.created, ...ASKED[askedBy] } };
}

type Commit = { parent: number | null; author: PersonName | null; merges: boolean; clean: boolean };

/** What of GitHub's answers is kept as one: the pull request, and who may do what. */
type KeptPull = Omit<ApprovalFacts, 'answers' | 'roles' | 'teams' | 'requesters'>;
type KeptPeople = Pick<ApprovalFacts, 'roles' | 'teams'>;

export async function implementation({ setting, acts }: Sequence): Promise<Seen[]> {
  let state = waitingFor(setting.askedBy);
  let clock = 0;
  let ids = 100;
  let head = 0;
  let outage = false;
  let answers: 'whole' | 'partial' | 'failing' = 'whole';
  let base = { ref: 'main', sha: sha(0xbb) };
  let policy = 1;
  let late: AnswerCommand | null = null;
  /** What the comment that asks shows on GitHub. */
  let shown: ShownRequest = { capsule: null, changedAt: '' };
  const commits: Commit[] = [{ parent: null, author: 'bot', merges: false, clean: false }];
  const reviews: ApprovalFacts['reviews'] = [];
  const roles = firstRoles();
  const team = new Set([ID.otto]);
  const thread = { draft: false, locked: false, requested: [] as number[] };
  const at = () => new Date(BEGAN + clock * 1000).toISOString();

  const tell = (command: TaskCommand): boolean => {
    const result = task.decide(state, command, { now: at(), jitter: 0.5, effect: null });
    if (!result.ok) return false;
    for (const event of result.events)
      state = task.evolve(state, event, { seq: state.version + 1, at: at() });
    return true;
  };
  const answer = (
    by: PersonName,
    says: 'approve' | 'deny' | 'revoke',
    via: 'issue_comment' | 'button' | 'console',
    names: string,
  ): AnswerCommand => answerBy(by, { says, via, id: ++ids, names, at: at() });
  const changes = createOwnChanges();
  const kept = createKept(changes, () => clock * 1000);
  const ask = async () => {
    if (answers === 'failing') throw new GitHubFailure('server', 'GitHub does not answer.', 502);
  };
  const keptPull = kept.about('pulls', async () => {
    await ask();
    return structuredClone(pullNow());
  });
  const keptPeople = kept.about('people', async () => {
    await ask();
    return structuredClone({ roles, teams: { core: [...team] } });
  });
  const told = async (act: Act) => {
    const topic = topicOf(act);
    if (topic !== null && !act.untold) await changes.changed({ repository: 42 }, [topic]);
  };
  await look();
  const seen: Seen[] = [];
  for (const act of acts) {
    clock += act.soon ? 2 : 40;
    const before = late;
    late = null;
    happen(act);
    await told(act);
    if (act.kind === 'rework') await kept.renew(REPOSITORY);
    answers = act.kind === 'failing' ? 'failing' : 'whole';
    // Its delivery comes only now, when the move is noticed already.
    if (before) {
      await look();
      deliver(before);
    }
    const used = act.kind === 'use' ? await use(act) : '';
    seen.push({ ...((await look()) ?? UNASKED), used });
  }
  return seen.map(({ outcome, people, against, maintainers, team: ofTeam, owners, used }) => ({
    outcome,
    people,
    against,
    maintainers,
    team: ofTeam,
    owners,
    used,
  }));

  function happen(act: Act): void {
    switch (act.kind) {
      case 'approve': {
        const open = openApproval(state, QUESTION);
        const names = {
          bare: '',
          head: sha(head),
          capsule: capsuleId(open?.digest ?? ''),
          old: sha(0),
        };
        const command = answer(act.by, 'approve', 'issue_comment', names[act.naming]);
        if (act.by === 'bot') return;
        if (act.late) late = command;
        else deliver(command);
        return;
      }
      case 'button': {
        const open = openApproval(state, QUESTION);
        if (act.by !== 'bot' && open?.digest)
          tell(answer(act.by, 'approve', 'button', capsuleId(open.digest)));
        return;
      }
      case 'console': {
        const digest = openApproval(state, QUESTION)?.digest ?? '';
        for (const by of [act.by, act.other])
          if (by !== null && by !== 'bot') tell(answer(by, act.says, 'console', digest));
        return;
      }
      case 'deny':
      case 'revoke':
        if (act.by !== 'bot') tell(answer(act.by, act.kind, 'issue_comment', ''));
        return;
      case 'review':
        reviews.push({
          id: ++ids,
          by: account(act.by),
          state: act.state,
          commit: sha(head),
          at: at(),
        });
        thread.requested = thread.requested.filter(id => id !== ID[act.by]);
        return;
      case 'dismiss': {
        const review = reviews[act.nth];
        if (review && review.state !== 'COMMENTED') review.state = 'DISMISSED';
        return;
      }
      case 'edit':
      case 'delete': {
        const given = state.answers.filter(({ comment }) => comment !== null)[act.nth];
        if (given?.comment)
          tell({
            type: 'revoke',
            comment: given.comment,
            via: given.via,
            by: given.by,
            how: act.kind,
          });
        return;
      }
      case 'push':
        commits.push({ parent: head, author: act.author, merges: false, clean: false });
        return moveTo(commits.length - 1, act.by);
      case 'back':
        if (commits[act.nth] && act.nth !== head) moveTo(act.nth, act.by);
        return;
      case 'update':
        commits.push({ parent: head, author: null, merges: true, clean: act.clean });
        return moveTo(commits.length - 1, act.by);
      case 'rework':
        return rework(act.by);
      case 'retarget':
        if (act.base === base.ref) return;
        base = { ref: act.base, sha: sha(act.base === 'main' ? 0xbb : 0xbc) };
        tell({
          type: 'signal',
          data: { signal: 'state', detail: act.base, at: at(), by: null, check: null },
        });
        return;
      case 'base':
        base = { ...base, sha: sha(0x1000 + ++ids) };
        return;
      case 'policy':
        policy += 1;
        return;
      case 'role':
        roles[ID[act.of]] = act.role;
        return;
      case 'team':
        if (act.member) team.add(ID[act.of]);
        else team.delete(ID[act.of]);
        return;
      case 'request':
        if (!thread.requested.includes(ID[act.of])) thread.requested.push(ID[act.of]);
        return;
      case 'wait':
        clock += act.hours * 3600;
        return;
      case 'draft':
        thread.draft = act.on;
        return;
      case 'lock':
        thread.locked = act.on;
        return;
      case 'outage':
        outage = act.on;
        return;
      case 'use':
      case 'failing':
        return;
    }
  }

  /** All of a round: asked for, admitted, worked on, pushed by us, and the merge that waits after it. */
  function rework(by: PersonName): void {
    if (by === 'bot') return;
    const id = `rework-${++ids}`;
    tell({
      type: 'rework',
      data: {
        id,
        origin: 'comment',
        role: 'remediator-comment',
        instructions: '',
        taint: [],
        by: { id: ID[by], login: by },
        target: null,
        check: null,
        threads: [],
        merges: null,
        caller: null,
      },
    });
    const mayWrite = ['write', 'maintain', 'admin'].includes(roles[ID[by]] ?? '');
    tell(decided('task.start', mayWrite ? 'allow' : 'deny', null, { rework: id }));
    if (!mayWrite) return;
    const { round } = state;
    const of = (step: string) => `${step}-${round}-1`;
    const was = sha(head);
    head = commits.push({ parent: head, author: 'bot', merges: false, clean: false }) - 1;
    const commands: TaskCommand[] = [
      ...changed(of('author'), 'b'),
      ...['lint', 'test', 'review'].flatMap(step => ran(of(step))),
      decided('run.start', 'allow', of('publish')),
      decided('branch.push', 'allow', of('publish')),
      {
        type: 'pushed',
        run: of('publish'),
        branch: 'gatehouse/issue-1',
        sha: sha(head),
        tree: 'b'.repeat(40),
        was,
      },
      decided('run.start', 'allow', of('merge')),
    ];
    for (const command of commands)
      if (!tell(command)) throw new Error(`round ${round}: ${command.type} was refused`);
    moveTo(head, 'bot');
  }

  function moveTo(to: number, by: PersonName): void {
    head = to;
    const who = { id: ID[by], login: by };
    tell({
      type: 'signal',
      data: { signal: 'head', detail: sha(to), at: at(), by: who, check: null },
    });
  }

  /** Policy asks for the quorum here, and for nothing else. Null: GitHub did not answer. */
  async function look(): Promise<(Omit<Seen, 'used'> & { reviews: number[] }) | null> {
    const read = await Promise.all([keptPull(REPOSITORY, '2'), keptPeople(REPOSITORY, '')]).catch(
      error => {
        if (error instanceof GitHubFailure) return null;
        throw error;
      },
    );
    if (read === null) return null;
    const [live, people] = read;
    if (!live.pull) throw new Error('there is a pull request');
    const { head: now, baseRef, baseSha } = live.pull;
    if (baseRef !== (state.baseRef || 'main'))
      tell({ type: 'base_moved', to: baseRef, reviews: live.reviews.map(({ id }) => id) });
    if (now !== state.pull?.head) tell({ type: 'head_moved', to: now });
    const capsule: Capsule = {
      repository: 42,
      task: 't',
      action: 'pr.merge',
      resource: '#2',
      tree: now,
      base: { ref: baseRef, sha: baseSha },
      head: now,
      policy: digest(`policy ${policy}`),
    };
    const of = digest(capsuleText(capsule));
    const request = openApproval(state, QUESTION);
    const judgement = judge(facts(live, people), {
      question: 'pr.merge',
      head: now,
      quorum: setting.quorum,
      solo: setting.solo,
      moves: state.moves,
      spent: spentReviews(state, request),
      request: request?.digest === of ? request.chain : null,
      now: at(),
      holdsForHours: 24,
    });
    const allowed = judgement.outcome === 'approved';
    tell({
      type: 'decided',
      run: mergeRun(state)?.id ?? null,
      rework: null,
      decision: decision('pr.merge', allowed ? 'allow' : 'require_approval'),
      approvalSubject: {
        capsule,
        digest: of,
        files: [],
        findings: [],
        judgement,
        terms: decision('pr.merge', 'require_approval', { quorum: setting.quorum }),
        forged: [],
        checks: [],
      },
      awaits: null,
    });
    const open = openApproval(state, QUESTION);
    if (open?.digest && open.posted === null) post(open.id, capsuleId(open.digest));
    const against = judgement.verdicts.filter(v => v.counts && v.says === 'objects');
    return {
      outcome: judgement.outcome,
      people: judgement.granted.map(({ login }) => login).sort(),
      against: against.map(({ by }) => by?.login ?? '').sort(),
      maintainers: judgement.approvals.maintainers,
      team: judgement.approvals.teams.includes('core'),
      owners: judgement.approvals.codeowners,
      reviews: countingReviews(judgement),
    };
  }

  /** The bare form is looked up on GitHub as it arrives. */
  function deliver(command: AnswerCommand): void {
    const names = command.names || capsuleSeen(shown, command.data.at);
    tell({ ...command, names });
  }

  /** As the engine shows it: one comment, edited while the requests that it showed are void. */
  function post(approval: string, capsule: string): void {
    const asked = state.approvals.find(({ id }) => id === approval);
    const first = asked && firstInComment(state, asked);
    const standing = state.approvals.find(({ id }) => id === first)?.posted ?? null;
    const comment = standing ?? ++ids;
    if (standing === null || shown.capsule !== capsule) shown = { capsule, changedAt: at() };
    tell({
      type: 'record',
      event: { type: 'approval.posted', v: 1, data: { approval, comment } },
    });
  }

  /** Used twice, by two openings of the effect: the second must find it spent. */
  async function use(act: Extract<Act, { kind: 'use' }>): Promise<string> {
    // Nobody was told of it: what is seen of it is what is asked for now.
    if (act.unseen) happen(act.unseen);
    answers = act.answers;
    await kept.renew(REPOSITORY);
    const looked = await look();
    answers = 'whole';
    await kept.renew(REPOSITORY);
    const open = openApproval(state, QUESTION);
    const of = open?.digest;
    if (!looked || !open || !of || open.status !== 'granted') return 'no';
    const resting = looked.reviews;
    const once = (effect: string) =>
      tell({ type: 'use', action: 'pr.merge', digest: of, effect, reviews: resting });
    const [first, second] = [once('one'), once('two')];
    return first && second ? 'twice' : first ? 'once' : 'no';
  }

  function facts(live: KeptPull, people: KeptPeople): ApprovalFacts {
    return {
      ...live,
      ...people,
      requesters: requestersOf(state, { action: 'pr.merge', rework: null }),
      contributors: [
        ...live.contributors,
        ...state.pushers.map(({ id, login }) => ({
          commit: sha(head),
          as: 'pusher' as const,
          name: login,
          account: { id, login, type: 'User' as const },
        })),
        ...unknownPushers(state),
      ],
      answers: state.answers.map(({ answer: id, by, says, approval, at: given, revoked }) => ({
        id,
        by: account(by.login as PersonName),
        says,
        at: given,
        revoked,
        request: state.approvals.find(asked => asked.id === approval)?.chain ?? null,
        question: 'pr.merge',
        standing: 'created' as const,
      })),
    };
  }

  /** The merges of the base that the head is made by, newest first, until one is none or not clean. */
  function updatesNow(): ApprovalFacts['updateMerges'] {
    const updates: ApprovalFacts['updateMerges'] = [];
    for (let at = head; ; ) {
      const { parent = null, merges = false, clean = false } = commits[at] ?? {};
      if (!merges || parent === null) return updates;
      const recomputed = clean ? 'tree' : null;
      updates.push({ to: sha(at), from: sha(parent), tree: 'tree', recomputed });
      if (!clean) return updates;
      at = parent;
    }
  }

  function pullNow(): KeptPull {
    const history: Commit[] = [];
    for (let n: number | null = head; n !== null; n = commits[n]?.parent ?? null)
      if (commits[n]) history.push(commits[n] as Commit);
    return {
      complete: !outage && answers === 'whole',
      pull: {
        number: 2,
        author: account('bot'),
        state: 'open',
        ...thread,
        head: sha(head),
        headRepositoryId: 42,
        baseRef: base.ref,
        baseSha: base.sha,
      },
      checksChangedAt: null,
      issue:
        setting.askedBy === 'mia'
          ? { number: 1, isPull: false, state: 'open', locked: false }
          : null,
      repository: { id: 42, owner: 'acme', archived: false },
      contributors: [
        ...history
          .filter(({ merges }) => !merges)
          .map(({ author }) => ({
            commit: sha(1),
            as: 'author' as const,
            name: author ?? 'x@example.com',
            account: author && account(author),
          })),
      ],
      reviews,
      codeowners: setting.codeowners
        ? { kind: 'text', text: 'src/ @acme/core\nsrc/billing @pia\n' }
        : null,
      paths: ['src/a.js', 'src/billing/b.js'],
      updateMerges: updatesNow(),
      app: { id: 5, botUserId: ID.bot },
    };
  }
}
