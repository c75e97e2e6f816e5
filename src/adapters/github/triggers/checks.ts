/** Checks by other Apps. Only names and numbers are taken: what a check says is read later, as data. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import type { Ignored, Trigger } from '../../../core/trigger.ts';
import { hasFailed, isGreen } from '../conclusion.ts';
import { notUsed, repositoryOf } from './origin.ts';
import { envelope, id, place, sha, translationOfOwnToo } from './payload.ts';

/** The pull requests a check belongs to, as GitHub abbreviates them. */
const checkPulls = z
  .array(
    z.looseObject({
      number: id,
      head: z.looseObject({ repo: z.looseObject({ id: z.number().int() }).nullish() }),
    }),
  )
  .nullish()
  .transform(pulls => pulls ?? []);
export const app = z.looseObject({ id: z.number().int() }).nullish();

const CheckRun = z.looseObject({
  ...envelope,
  check_run: z.looseObject({
    id,
    name: z.string(),
    head_sha: sha,
    conclusion: z.string().nullish(),
    app,
    pull_requests: checkPulls,
    check_suite: z
      .looseObject({ pull_requests: checkPulls.nullish(), head_branch: z.string().nullish() })
      .nullish(),
  }),
});
const CheckSuite = z.looseObject({
  ...envelope,
  check_suite: z.looseObject({
    id,
    head_sha: sha,
    head_branch: z.string().nullish(),
    conclusion: z.string().nullish(),
    app,
    pull_requests: checkPulls,
  }),
});
const WorkflowRun = z.looseObject({
  ...envelope,
  workflow_run: z.looseObject({
    check_suite_id: id,
    head_sha: sha,
    head_branch: z.string().nullish(),
    head_repository: z.looseObject({ id: z.number().int() }).nullish(),
    conclusion: z.string().nullish(),
    pull_requests: checkPulls,
  }),
});
const Status = z.looseObject({
  ...place,
  id,
  sha,
  context: z.string(),
  state: z.string(),
  /** Branches whose head it is: GitHub names no pull request. */
  branches: z.array(z.looseObject({ name: z.string() })),
});

/** Where the checks of a commit stand: GitHub does not always name the pull requests. */
type CheckedAt = {
  head: string;
  /** Those whose head lies in the same repository. */
  pulls: number[];
  /** Branches whose head it is; `null`: GitHub names neither. */
  branches: string[] | null;
};

/** Another App's check failed, or some of a suite did: which ones is looked up. */
export type CheckFailed = Trigger & {
  kind: 'check_failed';
  repository: Repository;
  failed: { by: 'run' | 'status'; id: number; name: string } | { by: 'suite'; id: number };
  at: CheckedAt;
};

/** Something else about the checks of a commit changed; `check`: the one, where it is one. */
export type ChecksChanged = Trigger & {
  kind: 'checks_changed';
  repository: Repository;
  check: { name: string; state: 'green' | 'red' | 'pending' } | null;
  at: CheckedAt;
};

// A check names the sender of the push, who may be our own bot: whose check it is decides.
export const checkRun = translationOfOwnToo(
  CheckRun,
  (payload, own): CheckFailed | ChecksChanged | Ignored => {
    const { id, name, head_sha: head, check_suite: suite, pull_requests } = payload.check_run;
    if (payload.check_run.app?.id === own.id) return OWN_CHECK;
    const begins = payload.action === 'created' && payload.check_run.conclusion == null;
    if (payload.action !== 'completed' && !begins) return notUsed(`check_run.${payload.action}`);
    const repository = repositoryOf(payload);
    const all = pull_requests.length ? pull_requests : (suite?.pull_requests ?? []);
    const at = checkedAt(repository, { head, branch: suite?.head_branch, pulls: all });
    if (begins) return checkBegins(repository, at, name);
    const { conclusion } = payload.check_run;
    if (!hasFailed(conclusion))
      return checksChanged(repository, at, { name, state: stateOf(conclusion) });
    if (all.length > 0 && at.pulls.length === 0) return ON_FORK;
    const failed = { by: 'run', id, name } as const;
    return { kind: 'check_failed', key: `check:${id}`, repository, failed, at };
  },
);

// A check that failed is reported by itself, by its suite and by its workflow run: whatever of these
// arrives first starts the work, and the others find it under way.
export const checkSuite = translationOfOwnToo(
  CheckSuite,
  (payload, own): CheckFailed | ChecksChanged | Ignored => {
    const { id, head_sha: head, head_branch: branch, pull_requests: pulls } = payload.check_suite;
    if (payload.check_suite.app?.id === own.id) return OWN_CHECK;
    if (payload.action !== 'completed') return notUsed(`check_suite.${payload.action}`);
    const { conclusion } = payload.check_suite;
    if (isGreen(conclusion)) return notUsed('a green suite: each of its checks was reported');
    const repository = repositoryOf(payload);
    const at = checkedAt(repository, { head, branch, pulls });
    if (!hasFailed(conclusion)) return checksChanged(repository, at, null);
    return pulls.length > 0 && at.pulls.length === 0 ? ON_FORK : suiteFailed(repository, id, at);
  },
);

/** A run of GitHub Actions: its jobs are the check runs of its suite. */
export const workflowRun = translationOfOwnToo(WorkflowRun, (payload): CheckFailed | Ignored => {
  const { check_suite_id, head_sha: head, head_branch: branch } = payload.workflow_run;
  const { conclusion, head_repository, pull_requests: pulls } = payload.workflow_run;
  if (payload.action !== 'completed' || !hasFailed(conclusion))
    return notUsed('a workflow run that did not fail: each of its jobs is a check of its own');
  const repository = repositoryOf(payload);
  if (head_repository?.id !== repository.id) return ON_FORK;
  return suiteFailed(repository, check_suite_id, checkedAt(repository, { head, branch, pulls }));
});

export const status = translationOfOwnToo(
  Status,
  (payload): CheckFailed | ChecksChanged | Ignored => {
    const { id, sha: head, context: name, state, branches } = payload;
    const repository = repositoryOf(payload);
    const at = { head, pulls: [], branches: branches.map(branch => branch.name) };
    if (state === 'pending') return checkBegins(repository, at, name);
    if (state !== 'failure' && state !== 'error')
      return checksChanged(repository, at, { name, state: stateOf(state) });
    const failed = { by: 'status', id, name } as const;
    return { kind: 'check_failed', key: `status:${id}`, repository, failed, at };
  },
);

const suiteFailed = (repository: Repository, id: number, at: CheckedAt): CheckFailed => ({
  kind: 'check_failed',
  key: `suite:${id}:${at.head}`,
  repository,
  failed: { by: 'suite', id },
  at,
});

const ON_FORK: Ignored = {
  ignored: 'fork',
  problem: "The failing check is on a fork's commit.",
};

export const OWN_CHECK: Ignored = { ignored: 'own', problem: 'It is our own check.' };

const stateOf = (conclusion: string | null | undefined): 'green' | 'red' =>
  isGreen(conclusion) ? 'green' : 'red';

/** Where that is missed, what has begun is found when the merge is looked at. */
const checkBegins = (repository: Repository, at: CheckedAt, name: string): ChecksChanged => ({
  ...checksChanged(repository, at, { name, state: 'pending' }),
  key: null,
});

const checksChanged = (
  repository: Repository,
  at: CheckedAt,
  check: ChecksChanged['check'],
): ChecksChanged => ({
  kind: 'checks_changed',
  // Two checks of one commit are two pieces of news. A name is quoted, as it may hold anything.
  key: `checks:${repository.id}:${at.head}:${JSON.stringify(check?.name ?? null)}`,
  repository,
  check,
  at,
});

function checkedAt(
  repository: Repository,
  found: { head: string; branch: string | null | undefined; pulls: z.output<typeof checkPulls> },
): CheckedAt {
  const pulls = found.pulls.filter(pull => pull.head.repo?.id === repository.id);
  return {
    head: found.head,
    pulls: pulls.map(({ number }) => number),
    branches: found.branch ? [found.branch] : found.pulls.length > 0 ? [] : null,
  };
}
