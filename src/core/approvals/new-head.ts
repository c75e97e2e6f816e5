/**
 * Rule 4: every new head invalidates. A head that moves away and back has the old sha again, so the
 * reviews that a move has voided stay void, whatever commit they name.
 */
import type { Review } from './facts.ts';
import type { Refusal } from './refusal.ts';

export const newHead = ({ id }: Pick<Review, 'id'>, voided: readonly number[]): Refusal | null =>
  voided.includes(id)
    ? { rule: 4, reason: 'New commits were pushed after it, which voided it for good.' }
    : null;
