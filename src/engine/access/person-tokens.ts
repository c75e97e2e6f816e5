/** What lets us ask GitHub in a person's name: kept sealed, renewed in time, given back when it is not needed. */
import type { Person } from '../../core/actor.ts';
import type { Logger } from '../ports/logger.ts';
import type { Seal } from '../ports/seal.ts';
import type { Sessions } from '../ports/sessions.ts';
import type { SignIn, UserTokens } from '../ports/sign-in.ts';

/** What is asked with it has to be answered before it ends. */
const FRESH_MS = 5 * 60_000;

export type PersonTokens = {
  keep(person: Person, tokens: UserTokens): Promise<void>;
  /** `turn` tells a token from the one that took its place. `null`: there is none that is good. */
  of(person: number): Promise<{ token: string; turn: number } | null>;
  /** Gives it back to GitHub. */
  forget(person: number): Promise<void>;
  /** What is no session's any more. */
  clear(idleMs: number): Promise<void>;
};

type Needs = {
  sessions: Sessions;
  signIn: SignIn;
  seal: Seal;
  now: () => number;
  logger: Logger;
};

export function createPersonTokens({ sessions, signIn, seal, now, logger }: Needs): PersonTokens {
  const about = (person: number) => `user tokens of ${person}`;
  const sealed = (person: number, tokens: UserTokens) =>
    seal.seal(JSON.stringify(tokens), about(person));
  const opened = (person: number, text: Buffer): UserTokens | null => {
    const json = seal.open(text, about(person));
    // We wrote it: nobody else has the key.
    return json === null ? null : (JSON.parse(json) as UserTokens);
  };
  const endsSoon = ({ endsAt }: UserTokens) =>
    endsAt !== null && Date.parse(endsAt) - now() < FRESH_MS;

  /** It ends by itself where GitHub does not answer now. */
  async function giveBack(person: number, text: Buffer | null): Promise<void> {
    const tokens = text && opened(person, text);
    if (!tokens || (tokens.endsAt !== null && Date.parse(tokens.endsAt) <= now())) return;
    await signIn
      .revoke(tokens.token)
      .catch((error: Error) =>
        logger.warn({ person, problem: error.message }, "a person's token was not given back"),
      );
  }

  async function renewed(person: number, text: Buffer): Promise<Buffer | null> {
    const tokens = opened(person, text);
    if (!tokens?.refresh) return null;
    const next = await signIn.renew(tokens.refresh);
    return next && sealed(person, next);
  }

  return {
    async keep(person, tokens) {
      await giveBack(person.id, await sessions.keepTokens(person, sealed(person.id, tokens)));
    },
    async of(person) {
      const known = await sessions.tokens(person);
      const tokens = known && opened(person, known.sealed);
      if (!tokens) return null;
      if (!endsSoon(tokens)) return { token: tokens.token, turn: known.turn };
      const next = await sessions.renewTokens(person, known.turn, text => renewed(person, text));
      const fresh = next && opened(person, next.sealed);
      return fresh && { token: fresh.token, turn: next.turn };
    },
    async forget(person) {
      await giveBack(person, await sessions.forgetTokens(person));
    },
    async clear(idleMs) {
      for (const { person, sealed } of await sessions.clear(idleMs)) await giveBack(person, sealed);
    },
  };
}
