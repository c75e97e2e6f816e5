/** Every event of a backlog's stream. */
import { z } from 'zod';
import { Person, Repository, Steerer } from '../actor.ts';
import { Digest } from '../decision.ts';
import { EffectEvent } from '../effect-event.ts';
import { eventSchema } from '../event.ts';
import { DeclaredHook } from '../hooks/hook.ts';
import { Requester } from '../origin.ts';
import { Taint } from '../taint.ts';
import { TaskEnd } from '../tell.ts';
import { BacklogPlan } from './plan.ts';

const ItemName = z.string();
const number = z.number().int();

/** Where a backlog was read: the text itself is in its plan. */
export const BacklogSource = z.discriminatedUnion('kind', [
  /** A file on the default branch, at a commit. */
  z.strictObject({ kind: z.literal('file'), path: z.string(), commit: z.string() }),
  /** The issues below the tracking issue. */
  z.strictObject({ kind: z.literal('sub_issues') }),
  z.strictObject({ kind: z.literal('milestone'), title: z.string() }),
  /** `gatehouse submit`. */
  z.strictObject({ kind: z.literal('submitted') }),
]);
export type BacklogSource = z.infer<typeof BacklogSource>;

export const BacklogEvent = z.discriminatedUnion('type', [
  eventSchema('backlog.created', 1, {
    repository: Repository,
    requester: Requester,
    source: BacklogSource,
    /** The issue that it is shown on, and where people say what becomes of it. */
    tracking: number,
    plan: BacklogPlan,
    /** Of the plan: what people say yes to. */
    digest: Digest,
    /** Whether a person has to say yes to the plan before anything starts. */
    asks: z.boolean(),
    /** Of every task that is made of it: text of a machine that is not trusted. */
    taint: z.array(Taint).optional(),
    /** Whom it tells that it waits for people, or has ended. */
    hooks: z.array(DeclaredHook).optional(),
  }),
  /** A person said yes to the plan; null where nobody had to. */
  eventSchema('backlog.started', 1, { by: Person.nullable(), digest: Digest }),
  eventSchema('backlog.paused', 1, { by: Steerer }),
  eventSchema('backlog.resumed', 1, { by: Steerer }),
  /** All that is not done is canceled. `reason`: why its plan was denied. */
  eventSchema('backlog.canceled', 1, { by: Steerer, reason: z.string().optional() }),
  /** An item is due: all that it needs is done, and there is room for it. */
  eventSchema('item.queued', 1, { item: ItemName, attempt: number }),
  eventSchema('item.started', 1, { item: ItemName, attempt: number, task: z.string() }),
  /** No task could be made of it. */
  eventSchema('item.refused', 1, { item: ItemName, attempt: number, reason: z.string() }),
  /** Its task says how far it is. */
  eventSchema('item.progressed', 1, {
    item: ItemName,
    task: z.string(),
    phase: z.string(),
    pull: number.nullable(),
  }),
  /** `unmerged`: its pull request is left to people, so that its work is not on its branch. */
  eventSchema('item.ended', 1, {
    item: ItemName,
    end: TaskEnd,
    unmerged: z.literal(true).optional(),
  }),
  eventSchema('item.retried', 1, { item: ItemName, by: Steerer }),
  /** `with`: the item that was canceled and that this one needs; null: it was named itself. */
  eventSchema('item.canceled', 1, { item: ItemName, by: Steerer, with: ItemName.nullable() }),
  eventSchema('backlog.finished', 1, { outcome: z.enum(['success', 'canceled']) }),
  /** The tracking issue shows the state after an earlier event. */
  eventSchema('surface.shown', 1, { id: number, digest: z.string() }),
  ...EffectEvent.options,
]);
export type BacklogEvent = z.infer<typeof BacklogEvent>;

export type BacklogData<T extends BacklogEvent['type']> = Extract<
  BacklogEvent,
  { type: T }
>['data'];
