/**
 * The facts of one question to policy, as plain data. The engine collects them first; the decision is
 * a function of them and of the policy set, and can be taken again from the two texts.
 */
import { z } from 'zod';
import { CALLS } from './actions/calls.ts';
import { CHANGES } from './actions/changes.ts';
import { ISSUES } from './actions/issues.ts';
import { STARTS } from './actions/starts.ts';

export const Facts = z.discriminatedUnion('action', [...STARTS, ...CALLS, ...CHANGES, ...ISSUES]);
export type Facts = z.infer<typeof Facts>;
/** The facts of one action. */
export type FactsOf<A extends Facts['action']> = Extract<Facts, { action: A }>;

type AnyContext = FactsOf<'run.start'>['context'] &
  FactsOf<'command.exec'>['context'] &
  FactsOf<'pr.merge'>['context'];

/** The facts with parts of their context changed. */
export const withContext = (facts: Facts, change: Partial<AnyContext>): Facts =>
  // TypeScript loses the action when it spreads a union.
  ({ ...facts, context: { ...facts.context, ...change } }) as Facts;
