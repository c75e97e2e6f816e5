/** Folding a stream: its state, and the effects that are open after it. */
import type { Decider } from './decider.ts';
import type { Effect } from './effect.ts';
import type { StoredEvent } from './event.ts';
import { kindOfFailure } from './retry.ts';
import { isShutOut } from './shut-out.ts';

export type Folded<S> = {
  version: number;
  hash: string;
  /** The last event that a surface may quote: those about surfaces and effects are not among them. */
  anchor: { seq: number; hash: string };
  state: S;
  open: Effect[];
};

/** The events about effects, which every kind of stream has. */
type Failed = { key: string; class: string; failures: number; retryAt: string | null };

const BOOKKEEPING = /^(effect\.|surface\.)/;

export function foldStart<S>(initial: S, genesis: string): Folded<S> {
  return { version: 0, hash: genesis, anchor: { seq: 0, hash: genesis }, state: initial, open: [] };
}

export function foldEvent<S, E extends { type: string }>(
  decider: Decider<S, never, E>,
  before: Folded<S>,
  stored: StoredEvent,
  event: E,
): Folded<S> {
  if (stored.seq !== before.version + 1)
    throw new Error(
      `${stored.stream.kind}/${stored.stream.id}: event ${stored.seq} follows ${before.version}`,
    );
  const stamp = { seq: stored.seq, at: stored.at };
  const state = decider.evolve(before.state, event, stamp);
  let open = before.open
    .filter(effect => !settled(stored, effect) && !decider.ends(event, effect))
    .map(effect => openedMeanwhile(stored, effect));
  if (event.type === 'effect.failed') open = retried(open, stored.data as Failed);
  if (event.type === 'effect.resumed') open = open.map(resumed);
  for (const { ifUnderWay, ...effect } of decider.react(state, event, stamp)) {
    const twin = open.find(other => other.key === effect.key);
    if (ifUnderWay && (!twin || (twin.notBefore ?? '') > stamp.at)) continue;
    const notBefore = effect.notBefore ?? null;
    const next = {
      ...effect,
      since: stored.seq,
      failures: twin?.failures ?? 0,
      ...(twin?.failuresOf && { failuresOf: twin.failuresOf }),
      // The same effect keeps its earlier due time, so that many events in a row never starve it.
      notBefore: twin && (twin.notBefore ?? '') < (notBefore ?? '') ? twin.notBefore : notBefore,
      lastNotBefore: notBefore,
    } as Effect;
    open = [...open.filter(other => other.key !== effect.key), next];
  }
  const anchor = BOOKKEEPING.test(event.type)
    ? before.anchor
    : { seq: stored.seq, hash: stored.hash };
  return { version: stored.seq, hash: stored.hash, anchor, state, open };
}

const settled = (stored: StoredEvent, effect: Effect): boolean =>
  stored.settles?.key === effect.key && effect.since <= stored.settles.since;

/** The effect was opened again while it was performed: it is performed once more, when that opening says. */
function openedMeanwhile(stored: StoredEvent, effect: Effect): Effect {
  if (stored.settles?.key !== effect.key) return effect;
  const { failuresOf: _, shutOut: __, ...rest } = effect;
  return { ...rest, failures: 0, notBefore: effect.lastNotBefore };
}

function retried(open: Effect[], failed: Failed): Effect[] {
  if (failed.retryAt === null) return open.filter(effect => effect.key !== failed.key);
  const { key, failures, retryAt } = failed;
  return open.map(effect => {
    if (effect.key !== key) return effect;
    const { shutOut: _, ...rest } = effect;
    const shutOut = isShutOut(failed.class) ? { shutOut: failed.class } : {};
    const kind = kindOfFailure(failed.class);
    const counted = kind && { [kind]: (effect.failuresOf?.[kind] ?? 0) + 1 };
    const failuresOf = counted && { failuresOf: { ...effect.failuresOf, ...counted } };
    return { ...rest, ...shutOut, ...failuresOf, failures, notBefore: retryAt };
  });
}

/** Due now, and tried again soon where it is too early by a moment. */
const resumed = (effect: Effect): Effect =>
  effect.shutOut
    ? { ...effect, failuresOf: { ...effect.failuresOf, shut_out: 1 }, notBefore: null }
    : effect;
