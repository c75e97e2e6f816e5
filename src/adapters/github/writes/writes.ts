/** GitHub as the engine may write it. */
import type { GitHubWrites } from '../../../engine/ports/github.ts';
import { attempt } from '../failure.ts';
import { commitMessage } from '../surfaces/commit.ts';
import { acknowledge } from './acknowledge.ts';
import { markReady } from './mark-ready.ts';
import { merge } from './merge.ts';
import { openPull } from './open-pull.ts';
import { reply } from './reply.ts';
import { showCheck } from './show-check.ts';
import { showComment } from './show-comment.ts';
import { showLabels } from './show-labels.ts';
import { showPolicy } from './show-policy.ts';
import { showPull } from './show-pull.ts';
import { deleteBranch, removeLabel } from './tidy.ts';
import type { Writing } from './writing.ts';

const SHOW = { comment: showComment, check: showCheck, pull: showPull, labels: showLabels };

/** `noreplyHost`: where GitHub gives its accounts addresses. */
export function createWrites(writing: Writing, noreplyHost: string): GitHubWrites {
  return {
    acknowledge: (repository, target) =>
      attempt('acknowledge', () => acknowledge(writing, repository, target)),
    reply: (repository, target, said, key) =>
      attempt('answer', () => reply(writing, repository, target, said, key)),
    removeLabel: (repository, issue, label) =>
      attempt('remove label', () => removeLabel(writing, repository, issue, label)),
    openPull: (repository, pull) =>
      attempt('open pull request', () => openPull(writing, repository, pull)),
    markReady: (repository, number) =>
      attempt('mark ready', () => markReady(writing, repository, number)),
    merge: (repository, number, sha, fresh) =>
      attempt('merge', () => merge(writing, repository, number, sha, fresh)),
    deleteBranch: (repository, branch, sha) =>
      attempt('delete branch', () => deleteBranch(writing, repository, branch, sha)),
    commitMessage: view => commitMessage(view, noreplyHost),
    showPolicy: (repository, pull, examination) =>
      attempt(`show the policy check of #${pull.number}`, () =>
        showPolicy(writing, repository, pull, examination),
      ),
    show: (repository, surface, view, last) =>
      attempt(`show ${surface}`, () => SHOW[surface](writing, { ...view, repository }, last)),
  };
}
