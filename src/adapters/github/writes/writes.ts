/** GitHub as the engine may write it. Each repository is looked for first: it may have another name by now. */
import type { Repository } from '../../../core/actor.ts';
import type { Topic } from '../../../engine/ports/changes.ts';
import type { GitHubFacts } from '../../../engine/ports/github.ts';
import type { GitHubWrites } from '../../../engine/ports/github-writes.ts';
import type { MergeRequest } from '../../../engine/ports/merging.ts';
import { attempt } from '../client/failure.ts';
import type { Need } from '../client/permissions.ts';
import type { Tokens } from '../client/tokens.ts';
import type { Kept } from '../facts/kept.ts';
import { atPresentName, type Locator } from '../locate.ts';
import { commitMessage } from '../surfaces/commit.ts';
import { renderReply } from '../surfaces/reply.ts';
import { acknowledge } from './acknowledge.ts';
import { addLabels } from './add-labels.ts';
import { answerGate } from './answer-gate.ts';
import { commitSigned } from './commit-signed.ts';
import { deploy } from './deploy.ts';
import { dispatchedRun } from './dispatched-run.ts';
import { markReady } from './mark-ready.ts';
import { lookBeforeMerge, merge } from './merge.ts';
import { leaveQueue } from './merge-queue.ts';
import { openIssue, openTracking } from './open-issue.ts';
import { openPull } from './open-pull.ts';
import { deleteBranch, removeLabel } from './remove.ts';
import { editReply, reply } from './reply.ts';
import { review } from './review.ts';
import { showAnchor } from './show-anchor.ts';
import { showBacklog } from './show-backlog.ts';
import { showCheck } from './show-check.ts';
import { showComment } from './show-comment.ts';
import { showHead } from './show-head.ts';
import { showLabels } from './show-labels.ts';
import { showPolicy } from './show-policy.ts';
import { showPull } from './show-pull.ts';
import { updateBranch } from './update-branch.ts';
import type { WriteContext } from './write-context.ts';

/**
 * What a pull request is opened and shown with. It is merged with a token that is asked for then: an earlier
 * one would not tell that the repository was transferred meanwhile.
 */
const OF_PULL: readonly Need[] = ['pull', 'check', 'talk'];

/** Whoever needs what failed asks for it again, and fails there. */
const unheard = () => {};

const SHOW = { comment: showComment, check: showCheck, pull: showPull, labels: showLabels };

export function createWrites(
  context: WriteContext,
  parts: {
    tokens: Pick<Tokens, 'token'>;
    kept: Kept;
    /** The host of GitHub's no-reply addresses. */
    noreplyHost: string;
    facts: Pick<GitHubFacts, 'renew' | 'pull' | 'pullFiles'>;
  } & Locator,
): GitHubWrites {
  const { locate, lastPlace, tokens, kept, noreplyHost, facts } = parts;
  const write = <T>(
    what: string,
    repository: Repository,
    to: (now: Repository) => Promise<T>,
  ): Promise<T> => attempt(what, () => atPresentName(locate, repository, to));
  /** A write to what facts are kept about: also where it fails, which may be after it was done. */
  const change =
    (...topics: Topic[]): typeof write =>
    (what, repository, to) =>
      write(what, repository, to).finally(() => facts.renew(repository, topics));
  const changePull = change('pulls');
  const lookAt = kept.about('pulls', (now, pull) => {
    const [, number, base = ''] = /^(\d+) \S+ (.*)$/s.exec(pull) ?? [];
    return lookBeforeMerge(context, now, { number: Number(number), base });
  });
  /** What was seen at one place says nothing of another: a merge at the former one has to fail. */
  const beforeMerge = (now: Repository, { number, base }: Pick<MergeRequest, 'number' | 'base'>) =>
    lookAt(now, `${number} ${now.installation}/${now.owner}/${now.name} ${base}`);
  return {
    preparePull(repository) {
      for (const need of OF_PULL) tokens.token(repository, need).catch(unheard);
    },
    prepareMerge(repository, pull) {
      const look = (now: Repository) => beforeMerge(now, pull);
      atPresentName(locate, repository, look, lastPlace(repository)).catch(unheard);
    },
    acknowledge: (repository, target) =>
      write('acknowledge', repository, now => acknowledge(context, now, target)),
    reply: (repository, target, answer, key) =>
      write('answer', repository, now =>
        reply(context, now, target, { key, body: renderReply(answer, key), isNew: false }),
      ),
    replyAnew: (repository, target, answer, key) =>
      write('answer', repository, now =>
        reply(context, now, target, { key, body: renderReply(answer, key), isNew: true }),
      ),
    editReply: (repository, comment, answer, key) =>
      write('edit answer', repository, now =>
        editReply(context, now, comment, renderReply(answer, key)),
      ),
    review: (repository, of, key) =>
      write(`review #${of.pull}`, repository, now => review(context, facts, now, { ...of, key })),
    addLabels: (repository, issue, labels) =>
      write('add labels', repository, now => addLabels(context, now, issue, labels)),
    removeLabel: (repository, issue, label) =>
      write('remove label', repository, now => removeLabel(context, now, issue, label)),
    openIssue: (repository, view) =>
      write('open an issue', repository, now => openIssue(context, now, view)),
    openTracking: (repository, backlog) =>
      write('open an issue', repository, now => openTracking(context, now, backlog)),
    openPull: (repository, pull) =>
      changePull('open pull request', repository, now => openPull(context, now, pull)),
    markReady: (repository, pull) =>
      changePull('mark ready', repository, now => markReady(context, now, pull)),
    merge: (repository, request) =>
      // The default branch may be what it is merged into.
      change('pulls', 'repository')('merge', repository, async now =>
        merge(context, now, request, await beforeMerge(now, request)),
      ),
    deploy: (repository, order) =>
      write(`deploy to ${order.environment}`, repository, now => deploy(context, now, order)),
    dispatched: (repository, order) =>
      write(`look for the run of ${order.workflow}`, repository, now =>
        dispatchedRun(context, now, order),
      ),
    answerGate: (repository, answer) =>
      write(`answer about ${answer.environment}`, repository, now =>
        answerGate(context, now, answer),
      ),
    leaveQueue: (repository, number) =>
      changePull('leave merge queue', repository, now => leaveQueue(context, now, number)),
    updateBranch: (repository, number, sha) =>
      changePull('update branch', repository, now => updateBranch(context, now, number, sha)),
    deleteBranch: (repository, branch, sha) =>
      changePull('delete branch', repository, now => deleteBranch(context, now, branch, sha)),
    commitSigned: (repository, commit, fresh) =>
      changePull(`commit to ${commit.branch}`, repository, now =>
        commitSigned(context, now, commit, fresh),
      ),
    commitMessage: view => commitMessage(view, noreplyHost),
    showPolicy: (repository, pull, examination) =>
      write(`show the policy check of #${pull.number}`, repository, now =>
        showPolicy(context, now, pull, examination),
      ),
    showAnchor: (repository, head, anchor) =>
      write('show an anchor', repository, now => showAnchor(context, now, head, anchor)),
    showBacklog: (repository, view, last) =>
      write('show a backlog', repository, now =>
        showBacklog(context, { ...view, repository: now }, last),
      ),
    showHead: (repository, about, verdict) =>
      write(`show the check of #${about.pull}`, repository, now =>
        showHead(context, now, about, verdict),
      ),
    show: (repository, surface, view, last) =>
      write(`show ${surface}`, repository, now =>
        SHOW[surface](context, { ...view, repository: now }, last),
      ),
  };
}
