/** What payloads have in common, and how one is read: only the fields we use, all others are left aside. */
import { z } from 'zod';
import { Account, GHOST } from '../../../core/actor.ts';
import type { Ignored, Trigger } from '../../../core/trigger.ts';
import type { AppIdentity } from './origin.ts';

export const id = z.number().int().positive();
export const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
export const time = z.iso.datetime({ offset: true });
/** An account of a kind that is new to us counts as a machine. */
export const account = z.looseObject({
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
/** Of payloads that no action and no sender is read of. */
export const place = { repository, installation };
/** Of a sender whose account is gone GitHub says nothing; no rights are derived from the one it shows instead. */
const GONE = { ...GHOST, type: 'User' as const };
const sender = account.nullish().transform(known => known ?? GONE);
export const envelope = { action: z.string(), repository, installation, sender };

/** What an edit changed of a text. */
export const changes = z
  .looseObject({ body: z.looseObject({ from: z.string().nullish() }).nullish() })
  .nullish();

export const issue = z.looseObject({ number: id, pull_request: z.looseObject({}).nullish() });
export const pull = z.looseObject({
  number: id,
  merged: z.boolean().nullish(),
  /** A repository that is gone is nobody's. */
  head: z.looseObject({ sha, repo: z.looseObject({ id }).nullish() }),
  base: z.looseObject({ ref: z.string().min(1) }),
  updated_at: time,
});

type Translated<T extends Trigger> = T | Ignored;
/** Only what reads a text takes time. */
type Reading<T extends Trigger> = Translated<T> | Promise<Translated<T>>;

/** A payload as a trigger, or why it starts nothing. Pure: a stored delivery always means the same. */
export type Translation<T extends Trigger> = (payload: unknown, app: AppIdentity) => Reading<T>;

/** The loop guard stands before it: whatever our own bot did starts nothing. */
export const translation = <S extends z.ZodType, T extends Trigger>(
  schema: S,
  read: (payload: z.output<S>, app: AppIdentity) => Reading<T>,
): Translation<T> => {
  const parsed = translationOfOwnToo(schema, read);
  return (payload, app) =>
    Sender.safeParse(payload).data?.sender?.id === app.botUserId
      ? { ignored: 'own', problem: 'We caused it ourselves.' }
      : parsed(payload, app);
};

/** Without the loop guard: `read` says itself what of our own doing starts nothing. */
export const translationOfOwnToo =
  <S extends z.ZodType, T extends Trigger>(
    schema: S,
    read: (payload: z.output<S>, app: AppIdentity) => Reading<T>,
  ): Translation<T> =>
  (payload, app) => {
    const result = schema.safeParse(payload);
    if (result.success) return read(result.data, app);
    const faults = result.error.issues
      .slice(0, 5)
      .map(issue => `${issue.path.join('.') || 'payload'}: ${issue.message}`);
    return { ignored: 'malformed', problem: faults.join('; ') };
  };

const Sender = z.looseObject({ sender: account.nullish() });
