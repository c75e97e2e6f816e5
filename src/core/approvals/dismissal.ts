/**
 * Rule 7: a dismissal never restores an older approval. It takes its review's place as the latest
 * decisive one, and says nothing.
 */
import type { Refusal } from './refusal.ts';
import type { Statement } from './statement.ts';

export const dismissal = ({ state }: Pick<Statement, 'state'>): Refusal | null =>
  state === 'DISMISSED'
    ? { rule: 7, reason: 'It was dismissed. An older one does not take its place.' }
    : null;
