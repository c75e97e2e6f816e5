/** Every event about who may use the control plane: people who sign in and out, and machine tokens. */
import { z } from 'zod';
import { eventSchema } from '../event.ts';

/** Why a session is over before its time. */
export const SignedOutWhy = z.enum([
  /** The person signed out there. */
  'asked',
  /** They ended it from another session of theirs. */
  'ended',
  /** They took back on GitHub what lets us ask in their name. */
  'revoked',
  /** GitHub does not take the token that we hold for them any more. */
  'refused',
]);
export type SignedOutWhy = z.infer<typeof SignedOutWhy>;

const ISO = z.iso.datetime();

export const AccessEvent = z.discriminatedUnion('type', [
  eventSchema('access.signed_in', 1, {
    session: z.string(),
    /** How they proved who they are: to GitHub, or to the shell that the link comes from. */
    by: z.enum(['github', 'link']),
    /** The session ends by then, whatever is done with it. */
    until: ISO,
  }),
  eventSchema('access.signed_out', 1, { session: z.string(), why: SignedOutWhy }),
  eventSchema('access.token_created', 1, {
    token: z.string(),
    project: z.string(),
    repositories: z.array(z.string()),
    commands: z.array(z.string()),
    trusted: z.boolean(),
    reads: z.boolean(),
    until: ISO,
  }),
  eventSchema('access.token_revoked', 1, { token: z.string() }),
]);
export type AccessEvent = z.infer<typeof AccessEvent>;
