/**
 * One token for each installation and hour that can only read, shared by all processes: an ETag of GitHub
 * is good for one token, so what any process has read stays known. It is kept sealed.
 */
import { createAnswerCache } from '../../../core/bounds/bounded-cache.ts';
import type { Seal } from '../../../engine/ports/seal.ts';
import type { SealedTokens } from '../../../engine/ports/sealed-tokens.ts';

/** What is asked for with it has to be answered before it ends. */
const FRESH_MS = 5 * 60_000;
/** After this a process looks which one stands: another may have put a new one in its place. */
const LOOK_MS = 60_000;
const MOST_INSTALLATIONS = 1_000;

type MadeToken = { token: string; expiresAt: Date };

type ReadTokens = {
  of(installation: number): Promise<string>;
  /** The one that stands in place of one that GitHub does not take. */
  insteadOf(installation: number, refused: string): Promise<string>;
  /** What the installation grants or reaches has changed. */
  forget(installation: number): Promise<void>;
};

type Needs = {
  /** Asks GitHub for a new one. */
  make: (installation: number) => Promise<MadeToken>;
  kept: SealedTokens;
  seal: Seal;
  now: () => number;
};

export function createReadTokens({ make, kept, seal, now }: Needs): ReadTokens {
  const expiry = { ms: LOOK_MS, now };
  const known = createAnswerCache<number, string>(MOST_INSTALLATIONS, expiry);
  const about = (installation: number) => `read token of installation ${installation}`;

  async function stands(installation: number, refused: string | null): Promise<string> {
    const found = await kept.find(installation);
    const token = found && usable(found, installation);
    if (token && token !== refused) return token;
    const made = await make(installation);
    const sealed = seal.seal(made.token, about(installation));
    const next = { sealed, expiresAt: made.expiresAt };
    const first = await kept.keep(installation, next, found?.sealed ?? null);
    // Another process may have been faster: then its token is everybody's.
    return (first && usable(first, installation)) ?? made.token;
  }

  function usable(
    { sealed, expiresAt }: { sealed: Buffer; expiresAt: Date },
    installation: number,
  ): string | null {
    if (expiresAt.getTime() - now() < FRESH_MS) return null;
    return seal.open(sealed, about(installation));
  }

  return {
    of: installation => known.get(installation, () => stands(installation, null)),
    insteadOf(installation, refused) {
      known.forget(installation);
      return known.get(installation, () => stands(installation, refused));
    },
    async forget(installation) {
      known.forget(installation);
      await kept.forget(installation);
    },
  };
}
