/**
 * Callers who are answered together. Those without the role that a command takes: each is told once a day
 * in a repository, in one comment for each issue, which names them. However many there are, nobody else's
 * call waits for them. And those who call for much work at once, in one comment for each batch.
 */
import type { Person } from '../actor.ts';
import type { Circumstance, Decided, Decider } from '../decider.ts';
import { effectKey } from '../effect.ts';
import { type FailEffect, failedEffect, RESUMED, type ResumeEffects } from '../failed-effect.ts';
import { type CommandRefusal, refusal } from '../refusal.ts';
import { later } from '../retry.ts';
import { type Batch, batchAfter, type Gathered, gatheredReply } from './batch.ts';
import type { CallersEvent } from './events.ts';

type ToldCaller = Person & { issue: number };
export type CallersState = { version: number; people: ToldCaller[]; batch: Batch | null };

export type CallersCommand =
  | {
      type: 'turn_away';
      data: Extract<CallersEvent, { type: 'caller.turned_away' }>['data'];
      /** How many people are answered at most: whoever comes after them is not. */
      most: number;
    }
  | {
      type: 'gather';
      data: Omit<Gathered['data'], 'batch'>;
      /** A batch ends where nobody has called for so long. */
      spanMs: number;
    }
  | { type: 'let_in'; by: Person }
  | { type: 'performed'; key: string }
  | FailEffect
  | ResumeEffects;

/** Further callers wait this long for more to name. */
const TOGETHER_MS = 5_000;

export const callers: Decider<CallersState, CallersCommand, CallersEvent> = {
  initial: { version: 0, people: [], batch: null },
  decide,
  evolve: ({ people, batch }, event, { seq, at }) => ({
    version: seq,
    people: peopleAfter(people, event),
    batch: event.type === 'call.gathered' ? batchAfter(batch, event, at) : batch,
  }),
  react(state, event, { at }) {
    if (event.type === 'call.gathered' && state.batch)
      return [gatheredReply(state.batch, event, at)];
    if (event.type !== 'caller.turned_away') return [];
    const { repository, target, command, needs } = event.data;
    const { issue } = told(event);
    const logins = state.people.filter(one => one.issue === issue).map(({ login }) => login);
    const reply = { code: 'turned_away' as const, command, needs, logins };
    return [
      {
        kind: 'reply',
        key: effectKey.reply(`${issue}`),
        repository,
        // One comment for all stands in the conversation, not in the thread of one of them.
        target: { kind: 'issue', number: target.number },
        reply,
        ...(logins.length > 1 ? { notBefore: later(at, TOGETHER_MS) } : {}),
      },
    ];
  },
  ends: () => false,
};

const told = ({ data }: Extract<CallersEvent, { type: 'caller.turned_away' }>): ToldCaller => ({
  ...data.by,
  issue: data.target.number,
});

function peopleAfter(people: ToldCaller[], event: CallersEvent): ToldCaller[] {
  if (event.type === 'caller.turned_away') return [...people, told(event)];
  if (event.type !== 'caller.let_in') return people;
  return people.filter(({ id }) => id !== event.data.by.id);
}

/** The same call, brought once more. */
const isSame = (call: Batch['calls'][number], data: { issue: number; commands: string[] }) =>
  call.issue === data.issue && data.commands.includes(call.command);

/** Whether this caller would be answered; where not, why. */
export function refusedCaller(
  { people }: CallersState,
  by: Person,
  most: number,
): CommandRefusal | null {
  if (people.some(({ id }) => id === by.id))
    return refusal('repeated', `${by.login} was told already.`);
  if (people.length >= most) return refusal('limit', `${most} people were told already.`);
  return null;
}

function decide(
  state: CallersState,
  command: CallersCommand,
  circumstance: Circumstance,
): Decided<CallersEvent> {
  switch (command.type) {
    case 'turn_away': {
      const { data, most } = command;
      const refused = refusedCaller(state, data.by, most);
      if (refused) return { ok: false, refusal: refused };
      return { ok: true, events: [{ type: 'caller.turned_away', v: 1, data }] };
    }
    case 'gather': {
      const { data, spanMs } = command;
      const { batch } = state;
      const goesOn =
        batch !== null && Date.parse(circumstance.now) - Date.parse(batch.last) <= spanMs;
      if (goesOn && batch.calls.some(call => isSame(call, data)))
        return { ok: false, refusal: refusal('repeated', 'It is in the batch already.') };
      const number = goesOn ? batch.number : (batch?.number ?? 0) + 1;
      const gathered = { ...data, batch: number };
      return { ok: true, events: [{ type: 'call.gathered', v: 1, data: gathered }] };
    }
    case 'let_in': {
      const { by } = command;
      if (!state.people.some(({ id }) => id === by.id))
        return { ok: false, refusal: refusal('absent', `${by.login} was not turned away.`) };
      return { ok: true, events: [{ type: 'caller.let_in', v: 1, data: { by } }] };
    }
    case 'performed':
      return { ok: true, events: [{ type: 'effect.performed', v: 1, data: { key: command.key } }] };
    case 'fail_effect':
      return { ok: true, events: [failedEffect(command, circumstance)] };
    case 'resume_effects':
      return { ok: true, events: [RESUMED] };
  }
}
