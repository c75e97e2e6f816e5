/** GitHub as the engine may write it. */
import type { GitHubWrites } from '../../../engine/ports/github.ts';
import { attempt } from '../failure.ts';
import { commitMessage } from '../surfaces/commit.ts';
import { renderReply } from '../surfaces/reply.ts';
import { acknowledge } from './acknowledge.ts';
import { markReady } from './mark-ready.ts';
import { merge } from './merge.ts';
import { openPull } from './open-pull.ts';
import { deleteBranch, removeLabel } from './remove.ts';
import { reply } from './reply.ts';
import { showCheck } from './show-check.ts';
import { showComment } from './show-comment.ts';
import { showLabels } from './show-labels.ts';
import { showPolicy } from './show-policy.ts';
import { showPull } from './show-pull.ts';
import type { WriteContext } from './write-context.ts';

const SHOW = { comment: showComment, check: showCheck, pull: showPull, labels: showLabels };

/** `noreplyHost`: the host of GitHub's no-reply addresses. */
export function createWrites(context: WriteContext, noreplyHost: string): GitHubWrites {
  return {
    acknowledge: (repository, target) =>
      attempt('acknowledge', () => acknowledge(context, repository, target)),
    reply: (repository, target, answer, key) =>
      attempt('answer', () =>
        reply(context, repository, target, { key, body: renderReply(answer, key) }),
      ),
    removeLabel: (repository, issue, label) =>
      attempt('remove label', () => removeLabel(context, repository, issue, label)),
    openPull: (repository, pull) =>
      attempt('open pull request', () => openPull(context, repository, pull)),
    markReady: (repository, number) =>
      attempt('mark ready', () => markReady(context, repository, number)),
    merge: (repository, number, sha, fresh) =>
      attempt('merge', () => merge(context, repository, { number, sha, fresh })),
    deleteBranch: (repository, branch, sha) =>
      attempt('delete branch', () => deleteBranch(context, repository, branch, sha)),
    commitMessage: view => commitMessage(view, noreplyHost),
    showPolicy: (repository, pull, examination) =>
      attempt(`show the policy check of #${pull.number}`, () =>
        showPolicy(context, repository, pull, examination),
      ),
    show: (repository, surface, view, last) =>
      attempt(`show ${surface}`, () => SHOW[surface](context, { ...view, repository }, last)),
  };
}
