/** What people said, as an agent reads it: in order, each part with who wrote it, and where. */
import type { Taint } from '../../../core/taint.ts';
import { mayWrite } from '../../intake/callers/taint.ts';
import type { Remark } from '../../ports/github.ts';

export type Conversation = {
  /** Whole: the prompt cuts the earliest of each side, once what is hidden in them was taken out. */
  parts: { login: string; writeAccess: boolean; at: string; on: string; text: string }[];
  /** Earlier comments that there is no room for, or that were not read. */
  cut: number;
  /** Comments that came later, by people without write access: policy did not know of them. */
  unknown: number;
};

/**
 * Characters of all comments together. Half of it is for people with write access and half for all others,
 * so that neither pushes the other out; what the one half has left is the other's.
 */
export const CONVERSATION_LIMIT = 60_000;

/**
 * Text by people without write access is given only where the task is tainted by them already: what
 * they write while it works is not what policy decided about.
 */
export function conversationOf(comments: readonly Remark[], taint: readonly Taint[]): Conversation {
  const tainting = new Set(taint.flatMap(({ by }) => by?.id ?? []));
  const known = comments.filter(
    ({ by }) => by !== null && (mayWrite(by.role) || tainting.has(by.id)),
  );
  const parts: Conversation['parts'] = [];
  const room = { writers: CONVERSATION_LIMIT, others: CONVERSATION_LIMIT };
  for (const { by, at, on, body } of known.toReversed()) {
    if (by === null) continue;
    const writeAccess = mayWrite(by.role);
    const side = sideOf({ writeAccess });
    if (room[side] <= 0) continue;
    room[side] -= body.length;
    parts.unshift({ login: by.login, writeAccess, at, on, text: body });
  }
  const unread = comments.reduce((sum, { before = 0 }) => sum + before, 0);
  return {
    parts,
    cut: unread + known.length - parts.length,
    unknown: comments.length - known.length,
  };
}

type Side = 'writers' | 'others';

export const sideOf = ({ writeAccess }: { writeAccess: boolean }): Side =>
  writeAccess ? 'writers' : 'others';

/** The characters that each side has, given those that it would fill. */
export function roomFor(wanted: Record<Side, number>): Record<Side, number> {
  const half = CONVERSATION_LIMIT / 2;
  const others = Math.min(wanted.others, Math.max(half, CONVERSATION_LIMIT - wanted.writers));
  return { writers: CONVERSATION_LIMIT - others, others };
}
