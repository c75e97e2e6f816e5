/** A batch of calls for work that came at once: who called for what where, and the comment that answers all. */
import { effectKey, type NewEffect } from '../effect.ts';
import { later } from '../retry.ts';
import type { CallersEvent } from './events.ts';

export type Gathered = Extract<CallersEvent, { type: 'call.gathered' }>;

export type Batch = {
  number: number;
  /** Where the first of them was given, and all are answered. */
  issue: number;
  since: string;
  last: string;
  calls: { issue: number; command: string; login: string }[];
  /** How many more there are than are kept by name. */
  more: number;
};

const MOST_NAMED = 200;
/** The comment is written anew so often at most. */
const SLOT_MS = 5_000;

export function batchAfter(before: Batch | null, { data }: Gathered, at: string): Batch {
  const { issue, by, commands, batch: number } = data;
  const batch =
    before?.number === number ? before : { number, issue, since: at, calls: [], more: 0 };
  const named = [...batch.calls, ...commands.map(command => ({ issue, command, login: by.login }))];
  const calls = named.slice(0, MOST_NAMED);
  return { ...batch, last: at, calls, more: batch.more + named.length - calls.length };
}

/** What comes within one slot of time is written together, however long more comes. */
export function gatheredReply(batch: Batch, { data }: Gathered, at: string): NewEffect {
  const { number, issue, since, calls, more } = batch;
  const slots = Math.floor((Date.parse(at) - Date.parse(since)) / SLOT_MS) + 1;
  return {
    kind: 'reply',
    key: effectKey.reply(`batch-${number}`),
    repository: data.repository,
    target: { kind: 'issue', number: issue },
    reply: { code: 'gathered', calls, more },
    notBefore: later(since, slots * SLOT_MS),
  };
}
