/**
 * Rule 7: a dismissal never restores an older approval. It takes its review's place as the latest
 * decisive one, and says nothing.
 */
import type { Review } from './facts.ts';
import type { Refusal } from './refusal.ts';

export const dismissal = ({ state }: Pick<Review, 'state'>): Refusal | null =>
  state === 'DISMISSED'
    ? { rule: 7, reason: 'It was dismissed. An older review does not take its place.' }
    : null;
