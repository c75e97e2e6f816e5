/** The state machine of a run. Everything not in this table is illegal. */
import type { RunState } from './state.ts';

export const TRANSITIONS: Record<RunState, readonly RunState[]> = {
  queued: ['running', 'failure', 'canceled'],
  running: ['queued', 'waiting_approval', 'success', 'failure', 'canceled'],
  waiting_approval: ['running', 'failure', 'canceled'],
  success: [],
  failure: [],
  canceled: [],
};

export const mayBecome = (from: RunState, to: RunState): boolean => TRANSITIONS[from].includes(to);
