/** The buttons of our own check run. */
import { z } from 'zod';
import type { Account, Repository } from '../../../core/actor.ts';
import type { Ignored, Trigger } from '../../../core/trigger.ts';
import { app, OWN_CHECK } from './checks.ts';
import { accountOf, notUsed, repositoryOf } from './origin.ts';
import { envelope, sha, translationOfOwnToo } from './payload.ts';

const Pressed = z.looseObject({
  ...envelope,
  check_run: z.looseObject({ head_sha: sha, external_id: z.string().nullish(), app }),
  requested_action: z.looseObject({ identifier: z.string() }).nullish(),
});

export type Button = Trigger & {
  kind: 'button';
  repository: Repository;
  by: Account;
  /** `approve-…`, `deny-…` with the capsule it is for, or `cancel`. */
  identifier: string;
  check: { head: string; task: string };
};

export const button = translationOfOwnToo(Pressed, (payload, own): Button | Ignored => {
  const { external_id: task, head_sha: head, app } = payload.check_run;
  if (app?.id !== own.id) return notUsed('check_run.requested_action');
  const identifier = payload.requested_action?.identifier;
  if (!identifier || !task) return OWN_CHECK;
  const by = accountOf(payload.sender);
  if (by.type !== 'User')
    return { ignored: 'bot', problem: `${by.login} is not a person; only people press buttons.` };
  const check = { head, task };
  return { kind: 'button', key: null, repository: repositoryOf(payload), by, identifier, check };
});
