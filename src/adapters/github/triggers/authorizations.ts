/** A person takes back, in their settings on GitHub, what lets us ask in their name. */
import { z } from 'zod';
import type { Person } from '../../../core/actor.ts';
import type { Trigger } from '../../../core/trigger.ts';
import { id, translationOfOwnToo } from './payload.ts';

const Revoked = z.looseObject({ sender: z.looseObject({ id, login: z.string() }) });

type AuthorizationRevoked = Trigger & { kind: 'authorization'; by: Person };

export const authorizationRevoked = translationOfOwnToo(
  Revoked,
  ({ sender }): AuthorizationRevoked => ({
    kind: 'authorization',
    key: null,
    by: { id: sender.id, login: sender.login },
  }),
);
