/**
 * What a person may see: asked of GitHub in their own name, and believed for some minutes, unless GitHub
 * tells that somebody's access has changed.
 */
import { createBoundedCache } from '../../core/bounds/bounded-cache.ts';
import { createKeyedMutex } from '../keyed-mutex.ts';
import type { Changes } from '../ports/changes.ts';
import { GitHubFailure } from '../ports/github.ts';
import type { SeenByPerson, SignIn } from '../ports/sign-in.ts';
import type { PersonTokens } from './person-tokens.ts';

/** What GitHub told us may be lost, and who comes to see an installation is not told of as theirs. */
const BELIEVED_MS = 5 * 60_000;
/** While GitHub does not answer, what it said last is believed for longer. */
const BELIEVED_ALONE_MS = 30 * 60_000;
const MOST_PEOPLE = 1_000;

type Known = { seen: SeenByPerson; count: string; at: number };

/** `null`: GitHub does not let us ask for them any more. */
export type SeenBy = (person: number) => Promise<SeenByPerson | null>;

export function createSeenBy(parts: {
  tokens: PersonTokens;
  signIn: SignIn;
  changes: Changes;
  now: () => number;
}): SeenBy {
  const { tokens, signIn, changes, now } = parts;
  const people = createBoundedCache<number, Known>(MOST_PEOPLE);
  const inTurn = createKeyedMutex();
  const countOf = (installations: readonly number[]) =>
    changes.count(
      'access',
      installations.map(installation => ({ installation })),
    );

  async function stands(known: Known, forMs: number): Promise<boolean> {
    if (now() - known.at >= forMs) return false;
    return (await countOf(known.seen.installations)) === known.count;
  }

  async function asked(token: string): Promise<Known | null> {
    const at = now();
    const installations = await signIn.installations(token);
    if (installations === null) return null;
    // Counted before it is asked for: what changes meanwhile makes the answer old.
    const count = await countOf(installations);
    const seen = await signIn.sees(token, installations);
    return seen && { seen, count, at };
  }

  async function askedFor(person: number): Promise<Known | null> {
    const held = await tokens.of(person);
    if (held === null) return null;
    const found = await asked(held.token);
    if (found !== null) return found;
    // Somebody may have signed in anew, which ends the token of before.
    const next = await tokens.of(person);
    return next && next.turn !== held.turn ? asked(next.token) : null;
  }

  return person =>
    inTurn(String(person), async () => {
      const known = people.get(person);
      if (known && (await stands(known, BELIEVED_MS))) return known.seen;
      try {
        const found = await askedFor(person);
        if (found === null) people.delete(person);
        else people.set(person, found);
        return found?.seen ?? null;
      } catch (error) {
        const away = error instanceof GitHubFailure && !error.refused;
        if (away && known && (await stands(known, BELIEVED_ALONE_MS))) return known.seen;
        throw error;
      }
    });
}
