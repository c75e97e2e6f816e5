/** What can happen to a pull request, drawn at random: the one input of implementation and model. */

export type PersonName = 'mia' | 'otto' | 'pia' | 'rey' | 'zoe' | 'bot';
export const PEOPLE: readonly PersonName[] = ['mia', 'otto', 'pia', 'rey', 'zoe', 'bot'];
export type RoleName = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';
export const ROLES: readonly RoleName[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

/** `head` and `capsule` name the present one, `old` the first head, `bare` nothing. */
export type Naming = 'bare' | 'head' | 'capsule' | 'old';

/** When an act comes, and whether GitHub tells of it: until then what is kept may be older. */
type Told = {
  /** Two seconds after the act before; else forty. */
  soon?: true;
  /** GitHub tells nothing of it. */
  untold?: true;
};

export type Act = Told & Happening;

/** What is there right before a use, and nobody was told of. */
export type Unseen = Extract<
  Happening,
  { kind: 'push' | 'back' | 'update' | 'base' | 'review' | 'dismiss' | 'role' | 'draft' }
>;

type Happening =
  /** `late`: what it causes here is only seen after the next act. */
  | { kind: 'approve'; by: PersonName; naming: Naming; late: boolean }
  | { kind: 'button'; by: PersonName }
  /** In the console, by the digest that it shows. `other` approves at the same moment, in another browser. */
  | { kind: 'console'; by: PersonName; says: 'approve' | 'deny'; other: PersonName | null }
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
  | { kind: 'base' }
  | { kind: 'policy' }
  | { kind: 'role'; of: PersonName; role: RoleName }
  | { kind: 'team'; of: PersonName; member: boolean }
  | { kind: 'request'; of: PersonName }
  /** `/agent fix`: another round, whose commit we push. */
  | { kind: 'rework'; by: PersonName }
  | { kind: 'wait'; hours: number }
  | { kind: 'draft'; on: boolean }
  | { kind: 'lock'; on: boolean }
  /** Every answer of GitHub lacks a part. */
  | { kind: 'outage'; on: boolean }
  /** GitHub answers nothing this once. */
  | { kind: 'failing' }
  | { kind: 'use'; unseen: Unseen | null; answers: 'whole' | 'partial' | 'failing' };

/** Who answers for the task: mia on an issue; or, without an issue, a machine token or the repository. */
export type AskedBy = 'mia' | 'token' | 'repository';

export type Setting = { quorum: number; solo: boolean; codeowners: boolean; askedBy: AskedBy };
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

/** Of a look for which GitHub did not answer: nothing is decided. */
export const UNASKED: Omit<Seen, 'used'> = {
  outcome: 'unasked',
  people: [],
  against: [],
  maintainers: 0,
  team: false,
  owners: false,
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

/** What is kept, and for how many seconds: a pull request, and who may do what. */
export const KEPT = { pulls: 5, people: 60 } as const;
export type KeptTopic = keyof typeof KEPT;

/** Which of it an act changes; null: nothing that is kept. */
export function topicOf({ kind }: Act): KeptTopic | null {
  if (kind === 'role' || kind === 'team') return 'people';
  const pulls = ['review', 'dismiss', 'request', 'draft', 'lock', 'outage'];
  return [...pulls, 'push', 'back', 'update', 'retarget', 'base'].includes(kind) ? 'pulls' : null;
}

/** Of these GitHub may tell nothing: what they change is seen once what is kept is too old. */
const MAY_BE_UNTOLD: readonly Act['kind'][] = [
  'review',
  'dismiss',
  'request',
  'draft',
  'lock',
  'outage',
  'role',
  'team',
];

const LONGEST = 24;

export function draw(next: () => number): Sequence {
  const below = (n: number) => Math.floor(next() * n);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const setting: Setting = {
    quorum: 1 + below(2),
    solo: below(8) === 0,
    codeowners: below(3) === 0,
    askedBy: pick(['mia', 'mia', 'token', 'repository'] as const),
  };
  const happening = (): Happening => {
    const by = pick(PEOPLE);
    const makers: (() => Happening)[] = [
      () => ({
        kind: 'approve',
        by,
        naming: pick(['bare', 'head', 'capsule', 'old'] as const),
        late: below(5) === 0,
      }),
      () => ({ kind: 'approve', by, naming: 'bare', late: false }),
      () => ({ kind: 'button', by }),
      () => ({ kind: 'console', by, says: 'approve', other: below(2) === 0 ? pick(PEOPLE) : null }),
      () => ({ kind: 'console', by, says: 'deny', other: null }),
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
      () => ({ kind: 'failing' }),
      () => ({
        kind: 'use',
        unseen: below(2) === 0 ? unseen() : null,
        answers: below(4) > 0 ? 'whole' : pick(['partial', 'failing'] as const),
      }),
    ];
    return pick(makers)();
  };
  const unseen = (): Unseen => {
    const by = pick(PEOPLE);
    const makers: (() => Unseen)[] = [
      () => ({ kind: 'push', by, author: pick([...PEOPLE, null]) }),
      () => ({ kind: 'back', by, nth: below(3) }),
      () => ({ kind: 'update', by, clean: below(3) > 0 }),
      () => ({ kind: 'base' }),
      () => ({ kind: 'review', by, state: 'CHANGES_REQUESTED' }),
      () => ({ kind: 'dismiss', nth: below(4) }),
      () => ({ kind: 'role', of: by, role: pick(ROLES) }),
      () => ({ kind: 'draft', on: true }),
    ];
    return pick(makers)();
  };
  const acts = Array.from({ length: 1 + below(LONGEST) }, (): Act => {
    const act = happening();
    const untold = MAY_BE_UNTOLD.includes(act.kind) && below(3) === 0;
    return {
      ...act,
      ...(below(3) === 0 && { soon: true }),
      ...(untold && { untold }),
    };
  });
  return { setting, acts };
}
