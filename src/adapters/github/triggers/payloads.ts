/** What we read of GitHub's payloads: only the fields we use, everything else is left aside. */
import { z } from 'zod';
import { Account } from '../../../core/actor.ts';

const id = z.number().int().positive();
const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
/** An account of a kind that is new to us counts as a machine. */
const account = z.looseObject({
  id: z.number().int(),
  login: z.string(),
  type: Account.shape.type.catch('Bot'),
});
const repository = z.looseObject({
  id,
  name: z.string().min(1),
  owner: z.looseObject({ login: z.string().min(1) }),
});
const installation = z.looseObject({ id });
const envelope = { action: z.string(), repository, installation, sender: account };

const label = z.looseObject({ name: z.string() });
const issue = z.looseObject({ number: id, pull_request: z.looseObject({}).nullish() });
const time = z.iso.datetime({ offset: true });
const pull = z.looseObject({
  number: id,
  merged: z.boolean().nullish(),
  head: z.looseObject({ sha }),
  base: z.looseObject({ ref: z.string().min(1) }),
  updated_at: time,
});
const comment = z.looseObject({
  id,
  body: z.string(),
  user: account.nullable(),
  created_at: time,
  commit_id: sha.nullish(),
});
/** The pull requests a check belongs to, as GitHub abbreviates them. */
const checkPulls = z.array(
  z.looseObject({
    number: id,
    head: z.looseObject({ repo: z.looseObject({ id: z.number().int() }).nullish() }),
  }),
);
const app = z.looseObject({ id: z.number().int() }).nullish();

export const Sender = z.looseObject({ sender: account.nullish() });
export const Action = z.looseObject({ action: z.string().optional() });

export const IssueComment = z.looseObject({ ...envelope, issue, comment });
export const ReviewComment = z.looseObject({ ...envelope, pull_request: pull, comment });
export const Issue = z.looseObject({ ...envelope, issue });
export const IssueLabeled = z.looseObject({ ...envelope, issue, label });
export const PullRequest = z.looseObject({
  ...envelope,
  pull_request: pull,
  changes: z.looseObject({ base: z.unknown().optional() }).nullish(),
});
export const PullLabeled = z.looseObject({ ...envelope, pull_request: pull, label });
export const PullReview = z.looseObject({
  ...envelope,
  pull_request: pull,
  review: z.looseObject({
    id,
    state: z.string(),
    commit_id: sha.nullish(),
    body: z.string().nullish(),
    user: account.nullish(),
    submitted_at: time.nullish(),
  }),
});
export const CheckRun = z.looseObject({
  ...envelope,
  check_run: z.looseObject({
    id,
    name: z.string(),
    head_sha: sha,
    conclusion: z.string().nullish(),
    external_id: z.string().nullish(),
    app,
    pull_requests: checkPulls,
    check_suite: z.looseObject({ pull_requests: checkPulls.nullish() }).nullish(),
  }),
  requested_action: z.looseObject({ identifier: z.string() }).nullish(),
});
export const CheckSuite = z.looseObject({
  ...envelope,
  check_suite: z.looseObject({ head_sha: sha, app, pull_requests: checkPulls }),
});
export const Status = z.looseObject({ repository, installation, sha, state: z.string() });

const short = z.looseObject({ id, full_name: z.string() });
export const Installation = z.looseObject({
  action: z.string(),
  installation: z.looseObject({ id, account: z.looseObject({ login: z.string() }) }),
  repositories: z.array(short).nullish(),
  repositories_added: z.array(short).nullish(),
  repositories_removed: z.array(short).nullish(),
});
