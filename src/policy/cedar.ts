/**
 * Cedar's engine, which is WebAssembly. A trap, such as a stack that overflows, leaves an instance in a
 * state in which each later call traps as well: it is replaced by a new one, and what traps it is no
 * answer. So is one that has been given many policy sets, because it never forgets any.
 */
import { createRequire } from 'node:module';

type Cedar = typeof import('@cedar-policy/cedar-wasm/nodejs');

const load = createRequire(import.meta.url);
const MODULE = load.resolve('@cedar-policy/cedar-wasm/nodejs');
/** Each takes some hundred kilobytes. */
const MOST_SETS = 1_000;

let instance: Cedar | null = null;
let number = 0;
let sets = 0;
const traps = { count: 0, last: null as string | null };

/** The present instance. What an instance was given is known to no later one: `cedarNumber` tells them apart. */
export function cedar(): Cedar {
  if (instance === null) {
    // The module makes its instance when it is loaded, and Node keeps what it loaded.
    delete load.cache[MODULE];
    instance = load(MODULE) as Cedar;
    number += 1;
    sets = 0;
  }
  return instance;
}

export function cedarNumber(): number {
  cedar();
  return number;
}

/** Counts a policy set that the present instance is about to be given. */
export function countSet(): void {
  if (sets >= MOST_SETS) instance = null;
  cedar();
  sets += 1;
}

/** How often the engine was replaced because it trapped, and what it said then; for health and metrics. */
export const cedarTraps = (): { count: number; last: string | null } => ({ ...traps });

/** A trap of WebAssembly, and a stack of JavaScript's that overflows within it. */
const TRAPS = ['RuntimeError', 'RangeError'];

/** The answer of a call to Cedar, or what went wrong in it. Cedar throws texts as well as errors. */
export function askedOf<T>(call: (cedar: Cedar) => T): { answer: T } | { problem: string } {
  const asked = cedar();
  try {
    return { answer: call(asked) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const trapped = error instanceof Error && TRAPS.includes(error.name);
    if (!trapped) return { problem };
    if (asked === instance) instance = null;
    traps.count += 1;
    traps.last = problem;
    return { problem: `the policy engine was stopped by it (${problem})` };
  }
}
