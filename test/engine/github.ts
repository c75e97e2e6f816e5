/** A GitHub that is a plain object: its facts are set, its writes are kept. */

import { readShown } from '../../src/adapters/github/shown-text/read-shown.ts';
import type { Button } from '../../src/adapters/github/triggers/buttons.ts';
import type { CheckFailed, ChecksChanged } from '../../src/adapters/github/triggers/checks.ts';
import type { CommentChanged } from '../../src/adapters/github/triggers/comments.ts';
import type { InstallationChanged } from '../../src/adapters/github/triggers/installations.ts';
import type { IssueGone } from '../../src/adapters/github/triggers/issues.ts';
import type {
  HeadMoved,
  PullContent,
  PullState,
} from '../../src/adapters/github/triggers/pulls.ts';
import type { DefaultBranchMoved } from '../../src/adapters/github/triggers/pushes.ts';
import type { RepositoryChanged } from '../../src/adapters/github/triggers/repositories.ts';
import type { ReviewChanged } from '../../src/adapters/github/triggers/reviews.ts';
import type { Person, Repository, Role } from '../../src/core/actor.ts';
import type { BacklogView } from '../../src/core/backlog/view.ts';
import type { Examination } from '../../src/core/examination.ts';
import type { Reply } from '../../src/core/reply.ts';
import type { Target } from '../../src/core/target.ts';
import type { CommandCall, Ignored, MalformedCall } from '../../src/core/trigger.ts';
import type { Dependencies, Intake } from '../../src/engine/dependencies.ts';
import { onCheck } from '../../src/engine/intake/checks/checks.ts';
import { onButton, onCommentChanged } from '../../src/engine/intake/commands/answer.ts';
import { onCall } from '../../src/engine/intake/commands/command.ts';
import { onDefaultBranch } from '../../src/engine/intake/rules/default-branch.ts';
import { onIssueGone } from '../../src/engine/intake/signals/issue-gone.ts';
import {
  onPullContent,
  onPullPushed,
  onPullState,
  onReview,
} from '../../src/engine/intake/signals/pull.ts';
import { onRepositoryChanged } from '../../src/engine/intake/signals/repository-changed.ts';
import type { FailedOne, IssueFacts, PullFacts, Remark } from '../../src/engine/ports/github.ts';
import type { LastShown } from '../../src/engine/ports/github-writes.ts';
import type { OpenPull } from '../../src/engine/ports/pulls.ts';
import { type Remote, TOKEN } from '../adapters/workspace/remote.ts';

export const REPOSITORY: Repository = { id: 42, owner: 'acme', name: 'library', installation: 7 };
/** A maintainer, a reader, and somebody without any role. */
export const MONA: Person = { id: 1, login: 'mona' };
export const RHEA: Person = { id: 2, login: 'rhea' };
export const OTTO: Person = { id: 3, login: 'otto' };
/** Another maintainer. */
export const REY: Person = { id: 4, login: 'rey' };

export type Written =
  | { kind: 'answer'; target: Target; answer: Reply; key: string }
  | { kind: 'edit'; comment: number; answer: Reply; key: string }
  | { kind: 'acknowledge'; target: Target }
  | { kind: 'backlog'; view: BacklogView }
  | { kind: 'show'; surface: string; last: LastShown }
  | { kind: 'policy'; pull: number | null; head: string; examination: Examination };

export function createGitHub(remote: Remote) {
  /** By id, as GitHub looks them up: a login says nothing. */
  const roles = new Map<number, Role>([
    [MONA.id, 'maintain'],
    [RHEA.id, 'read'],
  ]);
  const issues = new Map<number, IssueFacts>();
  const pulls = new Map<number, PullFacts>();
  /** What was said on pull requests. */
  const remarks = new Map<number, Remark[]>();
  /** By name; the default branch is the remote's. */
  const branches = new Map<string, string>();
  const openPulls: OpenPull[] = [];
  /** By the commit on which it failed. */
  const failedAt = new Map<string, FailedOne>();
  const tags = new Map<string, string>();
  /** What checks printed, by their ids. */
  const outputs = new Map<number, string>();
  const written: Written[] = [];
  /** Thrown by the next requests, in order. */
  const failures: Error[] = [];
  const asked = async () => {
    const failure = failures.shift();
    if (failure) throw failure;
  };
  const answered: Dependencies['github']['writes']['reply'] = async (_at, target, answer, key) => {
    await asked();
    written.push({ kind: 'answer', target, answer, key });
    return { id: written.length };
  };
  const never = (name: string) => async (): Promise<never> => {
    throw new Error(`this test asks GitHub for ${name}`);
  };
  const github: Dependencies['github'] = {
    facts: {
      told: async () => {},
      renew: async () => {},
      async role(_repository, { id }) {
        await asked();
        return roles.get(id) ?? 'none';
      },
      async writers() {
        await asked();
        const people = [MONA, REY].map(person => ({ ...person, maintains: true }));
        return { people, complete: true };
      },
      team: async () => [MONA.id],
      async issue(_repository, number) {
        await asked();
        return issues.get(number) ?? issue(number);
      },
      subIssues: async () => [],
      milestone: async () => null,
      async pull(_repository, number) {
        await asked();
        return pulls.get(number) ?? closed(number);
      },
      pullCommits: never('the commits of a pull request'),
      pullFiles: never('the files of a pull request'),
      review: async () => ({ body: 'Please.', comments: [] }),
      discussion: async (_repository, pull) => remarks.get(pull) ?? [],
      expectedChecks: async () => ({ required: [], ranOnBase: [] }),
      requiresOurs: async () => false,
      aheadInQueue: async () => [],
      takesPushes: async () => true,
      requiresSignatures: async () => false,
      ownChecks: never('our checks'),
      checkSuites: async () => [],
      isStatusBy: never('a status'),
      approval: never('reviews'),
      shownRequest: async () => null,
      async branch(_repository, ref) {
        await asked();
        return branches.get(ref) ?? null;
      },
      renamedBranch: async () => null,
      tag: async (_repository, name) => tags.get(name) ?? null,
      async branches() {
        await asked();
        return [...branches.keys()];
      },
      async defaultBranch() {
        await asked();
        const { owner, name } = REPOSITORY;
        const sha = remote.git('rev-parse', 'main');
        return { ref: 'main', sha, archived: false, owner, name };
      },
      organization: async () => null,
      pullsAt: async (_repository, sha) => openPulls.filter(({ head }) => head === sha),
      failedChecks: async () => [{ id: 9, name: 'docs' }],
      failedAt: async (_repository, sha) => failedAt.get(sha) ?? null,
      checkOutput: async (_repository, { id }) => ({
        name: 'docs',
        text: outputs.get(id) ?? 'It fails.',
        annotations: [],
      }),
      checksOf: async () => ({ failing: [], pending: [] }),
      deployment: never('a deployment'),
      isRunOfOurs: async () => false,
      preview: async () => null,
      remote: async () => ({ url: remote.url, token: async () => TOKEN }),
    },
    record: {
      async *deliveries() {},
      async *anchors() {},
      async *anchorsAt() {},
      payload: never('a delivery'),
      async *installations() {},
      findRepository: async (owner, name) => (owner === 'acme' ? { ...REPOSITORY, name } : null),
      activity: async () => new Map(),
      missedEvents: async () => ({ events: [], skipped: [] }),
      unreported: async () => new Map(),
    },
    writes: {
      preparePull() {},
      prepareMerge() {},
      async acknowledge(_repository, target) {
        await asked();
        written.push({ kind: 'acknowledge', target });
      },
      reply: answered,
      replyAnew: answered,
      async editReply(_repository, comment, answer, key) {
        await asked();
        written.push({ kind: 'edit', comment, answer, key });
        return true;
      },
      review: never('a review'),
      addLabels: never('a label'),
      async removeLabel() {},
      openIssue: never('an issue'),
      openTracking: never('an issue'),
      openPull: never('a pull request'),
      markReady: never('a pull request'),
      merge: never('a merge'),
      deploy: never('a deployment'),
      dispatched: never('a dispatched run'),
      answerGate: never('a gate'),
      leaveQueue: never('a merge queue'),
      updateBranch: never('a branch'),
      commitSigned: never('a signed commit'),
      deleteBranch: never('a branch'),
      commitMessage: () => 'A change',
      async showPolicy(_repository, pull, examination) {
        await asked();
        written.push({ kind: 'policy', pull: pull.number, head: pull.head, examination });
        return { id: written.length };
      },
      async showBacklog(_repository, view) {
        await asked();
        written.push({ kind: 'backlog', view });
        return { id: 1, digest: `${written.length}` };
      },
      showAnchor: never('an anchor'),
      showHead: never('a check'),
      async show(_repository, surface, _view, last) {
        await asked();
        written.push({ kind: 'show', surface, last });
        return { id: 1, digest: `${written.length}` };
      },
    },
    inClass: (_is, work) => work(),
    // Deliveries of these tests are triggers already: translating has tests of its own.
    isHandled: () => true,
    shown: readShown,
    meaningOf: async (_event, payload) => meaningOf(payload as AnyTrigger | Ignored),
  };
  const world = { roles, issues, pulls, openPulls, failedAt, remarks, branches, tags, outputs };
  return { ...github, ...world, written, failures };
}

export type AnyTrigger =
  | CommandCall
  | MalformedCall
  | ReviewChanged
  | Button
  | CommentChanged
  | CheckFailed
  | ChecksChanged
  | PullContent
  | HeadMoved
  | PullState
  | IssueGone
  | DefaultBranchMoved
  | RepositoryChanged
  | InstallationChanged;

const FOLLOW: {
  [K in AnyTrigger['kind']]: (
    intake: Intake,
    trigger: Extract<AnyTrigger, { kind: K }>,
  ) => Promise<string>;
} = {
  command: onCall,
  malformed_command: onCall,
  review: onReview,
  button: onButton,
  comment_changed: onCommentChanged,
  check_failed: onCheck,
  checks_changed: onCheck,
  pull_content: onPullContent,
  head_moved: onPullPushed,
  pull_state: onPullState,
  issue_gone: onIssueGone,
  default_branch_moved: onDefaultBranch,
  repository_changed: onRepositoryChanged,
  installation: async (_intake, { action }) => action,
};

function meaningOf<K extends AnyTrigger['kind']>(
  trigger: (Extract<AnyTrigger, { kind: K }> & { kind: K }) | Ignored,
) {
  if ('ignored' in trigger) return trigger;
  const follow: (typeof FOLLOW)[K] = FOLLOW[trigger.kind];
  return { trigger, follow: (intake: Intake) => follow(intake, trigger) };
}

const closed = (number: number): PullFacts => ({
  number,
  title: 'It adds',
  state: 'closed',
  merged: false,
  mergeCommit: null,
  mergedByUs: false,
  draft: false,
  locked: false,
  conflicts: false,
  head: { ref: 'topic', sha: '', repositoryId: REPOSITORY.id },
  base: { ref: 'main', sha: '' },
  checks: [],
  forged: [],
});

/** An open pull request with this head. */
export const openPull = (number: number, head: PullFacts['head']): PullFacts => ({
  ...closed(number),
  state: 'open',
  head,
});

/** An open issue by a maintainer. */
export const issue = (number: number, over: Partial<IssueFacts> = {}): IssueFacts => ({
  number,
  title: 'It subtracts',
  body: 'Two and two is four.',
  author: { ...MONA, role: 'maintain' },
  state: 'open',
  locked: false,
  labels: ['agent:fix', 'agent:lint', 'agent:test'],
  milestone: null,
  isPull: false,
  comments: [],
  ...over,
});
