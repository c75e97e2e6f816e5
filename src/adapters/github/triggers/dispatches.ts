/** The repository's own automation asks for work: `repository_dispatch` with the type `gatehouse`. */
import { z } from 'zod';
import type { Account, Repository } from '../../../core/actor.ts';
import type { Ignored, Trigger } from '../../../core/trigger.ts';
import { accountOf, notUsed, repositoryOf } from './origin.ts';
import { envelope, id, translation } from './payload.ts';

/** What `client_payload` says: a call, as from any other system. */
const Dispatched = z
  .strictObject({
    command: z.string().max(40),
    /** What the agent should know besides, as after a command in a comment. */
    text: z.string().max(65_536).default(''),
    base: z.string().min(1).max(244).optional(),
    /** The issue or pull request that it is about. */
    issue: id.optional(),
    /** What is to be done, where it is about none. */
    title: z.string().min(1).max(300).optional(),
    body: z.string().max(65_536).default(''),
    /** The same for the same request: it makes one task. */
    key: z.string().min(1).max(100).optional(),
  })
  .refine(({ issue, title }) => (issue === undefined) !== (title === undefined), {
    message: 'names either an issue or a title',
  });
export type Dispatched = z.infer<typeof Dispatched>;

export type Dispatch = Trigger & {
  kind: 'dispatch';
  by: Account;
  repository: Repository;
  /** Or what is wrong with it, in words. */
  order: Dispatched | { faults: string[] };
};

export const dispatch = translation(
  z.looseObject({ ...envelope, client_payload: z.unknown() }),
  (payload): Dispatch | Ignored => {
    if (payload.action !== 'gatehouse')
      return notUsed(`repository_dispatch.${payload.action.slice(0, 100)}`);
    const read = Dispatched.safeParse(payload.client_payload);
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
