/** The repository's own automation asks for work: `repository_dispatch` with the type `gatehouse`. */
import { z } from 'zod';
import type { Account, Repository } from '../../../core/actor.ts';
import { DispatchedCall } from '../../../core/call.ts';
import { plainIssue } from '../../../core/plain-issue.ts';
import type { Ignored, Trigger } from '../../../core/trigger.ts';
import { accountOf, notUsed, repositoryOf } from './origin.ts';
import { envelope, translation } from './payload.ts';

type Dispatch = Trigger & {
  kind: 'dispatch';
  by: Account;
  repository: Repository;
  /** Or what is wrong with it, in words. */
  order: DispatchedCall | { faults: string[]; issue: number | null };
};

export const dispatch = translation(
  z.looseObject({ ...envelope, client_payload: z.unknown() }),
  (payload): Dispatch | Ignored => {
    if (payload.action !== 'gatehouse')
      return notUsed(`repository_dispatch.${payload.action.slice(0, 100)}`);
    const read = DispatchedCall.safeParse(payload.client_payload, { error: plainIssue });
    const faults = (read.error?.issues ?? [])
      .slice(0, 5)
      .map(({ path, message }) =>
        `client_payload${path.map(at => `.${String(at)}`).join('')}: ${message}`.slice(0, 300),
      );
    return {
      kind: 'dispatch',
      key: null,
      by: accountOf(payload.sender),
      repository: repositoryOf(payload),
      order: read.success ? read.data : { faults, issue: issueNamed(payload.client_payload) },
    };
  },
);

/** The issue that a wrong call is about; `gh api -f` sends its number as a text. */
const Named = z.looseObject({
  issue: z.union([
    z.number(),
    z
      .string()
      .regex(/^[1-9]\d{0,9}$/)
      .transform(Number),
  ]),
});

function issueNamed(call: unknown): number | null {
  const { success, data } = Named.safeParse(call);
  return success && Number.isSafeInteger(data.issue) && data.issue > 0 ? data.issue : null;
}
