/** Checks by other Apps. Only names and numbers are taken: what a check says is read later, as data. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import type { Ignored, Trigger } from '../../../core/trigger.ts';
import { notUsed, repositoryOf } from './origin.ts';
import { envelope, id, place, sha, translationOfOwnToo } from './payload.ts';

/** The pull requests a check belongs to, as GitHub abbreviates them. */
const checkPulls = z.array(
  z.looseObject({
    number: id,
    head: z.looseObject({ repo: z.looseObject({ id: z.number().int() }).nullish() }),
  }),
);
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
    check_suite: z.looseObject({ pull_requests: checkPulls.nullish() }).nullish(),
  }),
});
const CheckSuite = z.looseObject({
  ...envelope,
  check_suite: z.looseObject({ head_sha: sha, app, pull_requests: checkPulls }),
});
const Status = z.looseObject({
  ...place,
  sha,
  state: z.string(),
  /** Branches whose head it is: GitHub names no pull request. */
  branches: z.array(z.looseObject({ name: z.string() })),
});

/** Another App's check failed; `pulls` are those whose head lies in the same repository. */
export type CheckFailed = Trigger & {
  kind: 'check_failed';
  repository: Repository;
  check: { id: number; name: string; head: string };
  pulls: number[];
};

/** Something else about the checks of a commit changed. */
export type ChecksChanged = Trigger & {
  kind: 'checks_changed';
  repository: Repository;
  head: string;
  pulls: number[];
  /** Branches whose head the commit is, where GitHub names those and no pull request. */
  branches: string[];
};

// A check names the sender of the push, who may be our own bot: whose check it is decides.
export const checkRun = translationOfOwnToo(
  CheckRun,
  (payload, own): CheckFailed | ChecksChanged | Ignored => {
    const { id, name, head_sha: head, conclusion, pull_requests } = payload.check_run;
    if (payload.check_run.app?.id === own.id) return OWN_CHECK;
    if (payload.action !== 'completed') return notUsed(`check_run.${payload.action}`);
    const repository = repositoryOf(payload);
    const all = pull_requests.length
      ? pull_requests
      : (payload.check_run.check_suite?.pull_requests ?? []);
    const pulls = ofSameRepository(all, repository.id);
    if (conclusion !== 'failure' && conclusion !== 'timed_out')
      return checksChanged(repository, head, pulls);
    if (all.length > 0 && pulls.length === 0)
      return { ignored: 'fork', problem: "The failing check is on a fork's commit." };
    const check = { id, name, head };
    return { kind: 'check_failed', key: `check:${id}`, repository, check, pulls };
  },
);

export const checkSuite = translationOfOwnToo(
  CheckSuite,
  (payload, own): ChecksChanged | Ignored => {
    const { head_sha: head, pull_requests } = payload.check_suite;
    if (payload.check_suite.app?.id === own.id) return OWN_CHECK;
    if (payload.action !== 'completed') return notUsed(`check_suite.${payload.action}`);
    const repository = repositoryOf(payload);
    return checksChanged(repository, head, ofSameRepository(pull_requests, repository.id));
  },
);

export const status = translationOfOwnToo(Status, (payload): ChecksChanged | Ignored =>
  payload.state === 'pending'
    ? notUsed('a pending status')
    : {
        ...checksChanged(repositoryOf(payload), payload.sha, []),
        branches: payload.branches.map(({ name }) => name),
      },
);

export const OWN_CHECK: Ignored = { ignored: 'own', problem: 'It is our own check.' };

const checksChanged = (repository: Repository, head: string, pulls: number[]): ChecksChanged => ({
  kind: 'checks_changed',
  key: `checks:${repository.id}:${head}`,
  repository,
  head,
  pulls,
  branches: [],
});

const ofSameRepository = (pulls: z.output<typeof checkPulls>, repository: number): number[] =>
  pulls.filter(pull => pull.head.repo?.id === repository).map(pull => pull.number);
