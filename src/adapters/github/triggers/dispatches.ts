/** The repository's own automation asks for work: `repository_dispatch` with the type `gatehouse`. */
import { z } from 'zod';
import type { Account, Repository } from '../../../core/actor.ts';
import { DispatchedCall } from '../../../core/call.ts';
import type { Ignored, Trigger } from '../../../core/trigger.ts';
import { accountOf, notUsed, repositoryOf } from './origin.ts';
import { envelope, translation } from './payload.ts';

type Dispatch = Trigger & {
  kind: 'dispatch';
  by: Account;
  repository: Repository;
  /** Or what is wrong with it, in words. */
  order: DispatchedCall | { faults: string[] };
};

export const dispatch = translation(
  z.looseObject({ ...envelope, client_payload: z.unknown() }),
  (payload): Dispatch | Ignored => {
    if (payload.action !== 'gatehouse')
      return notUsed(`repository_dispatch.${payload.action.slice(0, 100)}`);
    const read = DispatchedCall.safeParse(payload.client_payload);
    const faults = (read.error?.issues ?? [])
      .slice(0, 5)
      .map(
        ({ path, message }) =>
          `client_payload${path.map(at => `.${String(at)}`).join('')}: ${message}`,
      );
    return {
      kind: 'dispatch',
      key: null,
      by: accountOf(payload.sender),
      repository: repositoryOf(payload),
      order: read.success ? read.data : { faults },
    };
  },
);
