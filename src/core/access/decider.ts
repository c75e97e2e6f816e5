/**
 * Who may use the control plane, on record: each command is one event, written before what it tells of
 * is done. A session or a token is never there without its event.
 */
import type { Decider } from '../decider.ts';
import type { AccessEvent } from './events.ts';

type AccessState = { version: number };
export type AccessCommand = { type: 'record'; event: AccessEvent };

export const access: Decider<AccessState, AccessCommand, AccessEvent> = {
  initial: { version: 0 },
  decide: (_state, { event }) => ({ ok: true, events: [event] }),
  evolve: (_state, _event, { seq }) => ({ version: seq }),
  react: () => [],
  ends: () => false,
};
