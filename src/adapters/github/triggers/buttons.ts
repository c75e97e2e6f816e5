/** The buttons of our own check runs, and GitHub's own: Re-run, and Re-run all. */
import { z } from 'zod';
import type { Account, Repository } from '../../../core/actor.ts';
import type { Ignored, Trigger } from '../../../core/trigger.ts';
import { app, OWN_CHECK } from './checks.ts';
import { accountOf, notUsed, repositoryOf, type Sent } from './origin.ts';
import { envelope, id, sha, translationOfOwnToo } from './payload.ts';

const Pressed = z.looseObject({
  ...envelope,
  check_run: z.looseObject({ head_sha: sha, external_id: z.string().nullish(), app }),
  requested_action: z.looseObject({ identifier: z.string() }).nullish(),
});

export type Button = Trigger & {
  kind: 'button';
  repository: Repository;
  by: Account;
  /** `approve-…`, `deny-…` with the capsule it is for, `cancel` or `retry`. */
  identifier: string;
  check: { head: string; task: string };
};

export const button = translationOfOwnToo(Pressed, (payload, own): Button | Ignored => {
  const { external_id: task, head_sha: head, app } = payload.check_run;
  if (app?.id !== own.id) return notUsed('check_run.requested_action');
  const identifier = payload.requested_action?.identifier;
  if (!identifier || !task) return OWN_CHECK;
  const by = accountOf(payload.sender);
  if (by.type !== 'User') return notByPerson(by);
  const check = { head, task };
  return { kind: 'button', key: null, repository: repositoryOf(payload), by, identifier, check };
});

const Rerequested = z.looseObject({
  ...envelope,
  check_run: z.looseObject({
    name: z.string(),
    head_sha: sha,
    external_id: z.string().nullish(),
    app,
  }),
});
const AllRerequested = z.looseObject({
  ...envelope,
  check_suite: z.looseObject({ id, head_sha: sha, app }),
});

/** Somebody asks for check runs of ours anew; of one, or of all in a suite. */
type Rerun = Trigger & {
  kind: 'rerun';
  repository: Repository;
  by: Account;
  head: string;
  checks: { suite: number } | { name: string; about: string };
};

export const rerun = translationOfOwnToo(Rerequested, (payload, own): Rerun | Ignored => {
  const { name, external_id, head_sha: head, app } = payload.check_run;
  if (app?.id !== own.id) return notUsed("another App's check_run.rerequested");
  return byPerson(payload, head, { name, about: external_id ?? '' });
});

export const rerunAll = translationOfOwnToo(AllRerequested, (payload, own): Rerun | Ignored => {
  const { id: suite, head_sha: head, app } = payload.check_suite;
  if (app?.id !== own.id) return notUsed("another App's check_suite.rerequested");
  return byPerson(payload, head, { suite });
});

function byPerson(
  payload: Sent & { sender: Account },
  head: string,
  checks: Rerun['checks'],
): Rerun | Ignored {
  const by = accountOf(payload.sender);
  if (by.type !== 'User') return notByPerson(by);
  return { kind: 'rerun', key: null, repository: repositoryOf(payload), by, head, checks };
}

const notByPerson = ({ login }: Account): Ignored => ({
  ignored: 'bot',
  problem: `${login} is not a person; only people press buttons.`,
});
