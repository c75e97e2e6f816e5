/**
 * Checkpoints: one stream that says what the heads of all others were. Whoever changes a stream in the
 * database, chain and all, has to change this one too, and its heads are kept outside as well.
 */
import type { Decided, Decider } from '../decider.ts';
import { refusal } from '../refusal.ts';
import type { CheckpointEvent, StreamEnd } from './events.ts';

export type CheckpointState = {
  version: number;
  /** The last checkpoint; `null`: none was made. */
  last: { seq: number; at: string; ends: StreamEnd[] } | null;
  /** The last checkpoint that is kept outside; 0: none is. */
  anchored: number;
};

export type CheckpointCommand =
  | { type: 'make_checkpoint'; ends: StreamEnd[] }
  | { type: 'anchored'; checkpoint: number; places: string[] };

export const checkpoint: Decider<CheckpointState, CheckpointCommand, CheckpointEvent> = {
  initial: { version: 0, last: null, anchored: 0 },
  decide,
  evolve(state, event, { seq, at }) {
    return event.type === 'checkpoint.made'
      ? { ...state, version: seq, last: { seq, at, ends: event.data.ends } }
      : { ...state, version: seq, anchored: event.data.checkpoint };
  },
  react: () => [],
  ends: () => false,
};

function decide(
  { anchored }: CheckpointState,
  command: CheckpointCommand,
): Decided<CheckpointEvent> {
  switch (command.type) {
    case 'make_checkpoint': {
      const { ends } = command;
      return { ok: true, events: [{ type: 'checkpoint.made', v: 1, data: { ends } }] };
    }
    case 'anchored': {
      const { checkpoint, places } = command;
      if (checkpoint <= anchored)
        return { ok: false, refusal: refusal('repeated', 'It is anchored already.') };
      const data = { checkpoint, places };
      return { ok: true, events: [{ type: 'checkpoint.anchored', v: 1, data }] };
    }
  }
}
