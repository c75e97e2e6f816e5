/** The branch of a task is freed from a process that is stuck: asked for, decided by policy, done, told. */
import type { PolicyDecision } from '../../decision.ts';
import { effectKey, type NewEffect } from '../../effect.ts';
import type { Reply } from '../../reply.ts';
import type { Target } from '../../target.ts';
import { createdOf, type DataOf, type TaskState } from '../state/state.ts';
import { decide } from './ask-again.ts';

/** An operator has the machines in any case; policy is asked about people. */
export const unlockAsked = ({ by, work }: DataOf<'ref.unlock_requested'>): NewEffect[] =>
  by.kind === 'operator' ? [unlock(work)] : [decide('ref.unlock', null, null)];

const unlock = (work: boolean): NewEffect => ({ kind: 'unlock', key: effectKey.unlock(), work });

/** What policy made of it. What takes an approval is asked for like everything else. */
export function unlockDecided(
  state: TaskState,
  { outcome, reasons }: PolicyDecision,
  seq: number,
): NewEffect[] {
  const asked = state.unlock;
  if (!asked || outcome === 'require_approval') return [];
  return outcome === 'allow'
    ? [unlock(asked.work)]
    : tell(state, asked.target, { code: 'refused', command: 'unlock', reasons }, seq);
}

/** Policy could not be asked: whoever asked is told, and nothing else ends by it. */
export function unlockUnasked(
  state: TaskState,
  { key, message, retryAt }: DataOf<'effect.failed'>,
  seq: number,
): NewEffect[] {
  if (key !== effectKey.decide('ref.unlock', null) || retryAt !== null || !state.unlock) return [];
  const reasons = [`Policy could not be asked: ${message}`];
  return tell(state, state.unlock.target, { code: 'refused', command: 'unlock', reasons }, seq);
}

export const toldOfUnlock = (
  state: TaskState,
  { target, branch, broken }: DataOf<'ref.unlocked'>,
  seq: number,
): NewEffect[] => {
  const holders = [...new Set(broken.map(({ holder }) => holder))];
  return tell(state, target, { code: 'unlocked', branch, holders }, seq);
};

function tell(state: TaskState, target: Target | null, reply: Reply, seq: number): NewEffect[] {
  if (!target) return [];
  const { repository } = createdOf(state);
  return [{ kind: 'reply', key: effectKey.reply(`unlock-${seq}`), repository, target, reply }];
}
