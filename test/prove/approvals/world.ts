/** What can happen to a pull request, drawn at random: the one input of implementation and model. */

export type PersonName = 'mia' | 'otto' | 'pia' | 'rey' | 'zoe' | 'bot';
export const PEOPLE: readonly PersonName[] = ['mia', 'otto', 'pia', 'rey', 'zoe', 'bot'];
export type RoleName = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';
const ROLES: readonly RoleName[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

/** `head` and `capsule` name the present one, `old` the first head, `bare` nothing. */
export type Naming = 'bare' | 'head' | 'capsule' | 'old';

export type Act =
  /** `late`: what it causes here is only seen after the next act. */
  | { kind: 'approve'; by: PersonName; naming: Naming; late: boolean }
  | { kind: 'button'; by: PersonName }
  | { kind: 'deny' | 'revoke'; by: PersonName }
  | { kind: 'review'; by: PersonName; state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' }
  /** The nth review, comment of those there are. */
  | { kind: 'dismiss'; nth: number }
  | { kind: 'edit' | 'delete'; nth: number }
  /** `author: null`: an address that belongs to nobody. */
  | { kind: 'push'; by: PersonName; author: PersonName | null }
  /** The branch is forced back to an earlier head. */
  | { kind: 'back'; by: PersonName; nth: number }
  | { kind: 'update'; by: PersonName; clean: boolean }
  | { kind: 'retarget'; base: 'main' | 'next' }
  | { kind: 'base' | 'policy' }
  | { kind: 'role'; of: PersonName; role: RoleName }
  | { kind: 'team'; of: PersonName; member: boolean }
  | { kind: 'request'; of: PersonName }
  /** `/agent fix`: another round, whose commit we push. */
  | { kind: 'rework'; by: PersonName }
  | { kind: 'wait'; hours: number }
  | { kind: 'draft' | 'lock'; on: boolean }
  | { kind: 'outage'; on: boolean }
  | { kind: 'use' };

export type Setting = { quorum: number; solo: boolean; codeowners: boolean };
export type Sequence = { setting: Setting; acts: Act[] };

/** What both must come to after each act. */
export type Seen = {
  outcome: string;
  people: string[];
  against: string[];
  maintainers: number;
  team: boolean;
  owners: boolean;
  /** Of a use: whether it may happen, and whether it may happen again. */
  used: string;
};

/** Numbers 0 ≤ x < 1 from a seed, the same everywhere. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const LONGEST = 24;

export function draw(next: () => number): Sequence {
  const below = (n: number) => Math.floor(next() * n);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const setting = { quorum: 1 + below(2), solo: below(8) === 0, codeowners: below(3) === 0 };
  const acts = Array.from({ length: 1 + below(LONGEST) }, (): Act => {
    const by = pick(PEOPLE);
    const makers: (() => Act)[] = [
      () => ({
        kind: 'approve',
        by,
        naming: pick(['bare', 'head', 'capsule', 'old'] as const),
        late: below(5) === 0,
      }),
      () => ({ kind: 'approve', by, naming: 'bare', late: false }),
      () => ({ kind: 'button', by }),
      () => ({ kind: pick(['deny', 'revoke'] as const), by }),
      () => ({ kind: 'review', by, state: 'APPROVED' }),
      () => ({ kind: 'review', by, state: 'APPROVED' }),
      () => ({ kind: 'review', by, state: pick(['CHANGES_REQUESTED', 'COMMENTED'] as const) }),
      () => ({ kind: 'dismiss', nth: below(4) }),
      () => ({ kind: pick(['edit', 'delete'] as const), nth: below(4) }),
      () => ({ kind: 'push', by, author: pick([...PEOPLE, null]) }),
      () => ({ kind: 'back', by, nth: below(3) }),
      () => ({ kind: 'update', by, clean: below(3) > 0 }),
      () => ({ kind: 'retarget', base: pick(['main', 'next'] as const) }),
      () => ({ kind: pick(['base', 'policy'] as const) }),
      () => ({ kind: 'role', of: by, role: pick(ROLES) }),
      () => ({ kind: 'team', of: by, member: below(2) === 0 }),
      () => ({ kind: 'request', of: by }),
      () => ({ kind: 'rework', by }),
      () => ({ kind: 'wait', hours: pick([1, 6, 23, 24]) }),
      () => ({ kind: pick(['draft', 'lock'] as const), on: below(3) === 0 }),
      () => ({ kind: 'outage', on: below(3) === 0 }),
      () => ({ kind: 'use' }),
    ];
    return pick(makers)();
  });
  return { setting, acts };
}
