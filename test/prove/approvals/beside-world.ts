/**
 * What can happen to requests that wait beside one another on an issue: two runs of agents each ask in
 * the middle of their work, and a plan is to be accepted. Drawn at random: the one input of
 * implementation and model.
 */
import { type AskedBy, PEOPLE, type PersonName, ROLES, type RoleName } from './world.ts';

export type RunName = 'one' | 'two';
/** What is asked about. */
export type Topic = RunName | 'plan';
export const TOPICS: readonly Topic[] = ['one', 'two', 'plan'];

/** Two seconds after the act before where it is soon; else forty. */
export type BesideAct = { soon: boolean } & Happening;

type Happening =
  /** An agent asks for something else than before. */
  | { kind: 'ask'; run: RunName }
  /**
   * In a comment: of what is asked last, of a topic by its capsule, or by the first capsule of the plan.
   * `late`: it is delivered after the next act.
   */
  | { kind: 'approve'; by: PersonName; names: Topic | 'bare' | 'first'; late: boolean }
  | { kind: 'deny'; by: PersonName; names: Topic | 'bare' }
  | { kind: 'revoke'; by: PersonName }
  /**
   * In the console. `other` approves at the same moment, in another browser; `between`: meanwhile what
   * else waits is judged.
   */
  | {
      kind: 'console';
      by: PersonName;
      says: 'approve' | 'deny';
      about: Topic;
      other: { by: PersonName; about: Topic } | null;
      between: boolean;
    }
  /** The nth comment that approved is edited or deleted. */
  | { kind: 'edit'; nth: number }
  | { kind: 'role'; of: PersonName; role: RoleName }
  | { kind: 'issue'; is: 'open' | 'closed' | 'locked' }
  | { kind: 'policy' }
  | { kind: 'wait'; hours: number }
  /** A worker takes up a run whose question is answered. */
  | { kind: 'goOn'; run: RunName }
  /** The run that works again does what was approved. */
  | { kind: 'use'; run: RunName };

export type BesideSetting = { quorum: number; askedBy: AskedBy };
export type BesideSequence = { setting: BesideSetting; acts: BesideAct[] };

/** What both must come to after each act. */
export type BesideSeen = {
  /** How each request stands, and who is for it and against it; or that nothing is asked any more. */
  topics: Record<Topic, string>;
  /** Of a use: how often it could be used. */
  used: string;
};

export const standing = (status: string, people: string[], against: string[]): string =>
  `${status}; for: ${people.toSorted().join(', ')}; against: ${against.toSorted().join(', ')}`;

export const OVER: Record<Topic, string> = { one: 'over', two: 'over', plan: 'over' };

const LONGEST = 24;

export function drawBeside(next: () => number): BesideSequence {
  const below = (n: number) => Math.floor(next() * n);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const setting: BesideSetting = {
    quorum: 1 + below(2),
    askedBy: pick(['mia', 'mia', 'token', 'repository'] as const),
  };
  const happening = (): Happening => {
    const by = pick(PEOPLE);
    const run = pick(['one', 'two'] as const);
    const about = pick(TOPICS);
    const names = pick(['bare', 'bare', 'first', ...TOPICS] as const);
    const makers: (() => Happening)[] = [
      () => ({ kind: 'ask', run }),
      () => ({ kind: 'ask', run }),
      () => ({ kind: 'approve', by, names: about, late: false }),
      () => ({ kind: 'approve', by, names, late: below(3) === 0 }),
      () => ({
        kind: 'console',
        by,
        says: 'approve',
        about,
        other: below(2) === 0 ? { by: pick(PEOPLE), about: pick(TOPICS) } : null,
        between: below(2) === 0,
      }),
      () => ({ kind: 'deny', by, names: pick(['bare', about] as const) }),
      () => ({ kind: 'revoke', by }),
      () => ({ kind: 'console', by, says: 'deny', about, other: null, between: false }),
      () => ({ kind: 'edit', nth: below(4) }),
      () => ({ kind: 'role', of: by, role: pick(ROLES) }),
      () => ({ kind: 'issue', is: pick(['open', 'open', 'closed', 'locked'] as const) }),
      () => ({ kind: 'policy' }),
      () => ({ kind: 'wait', hours: pick([1, 6, 23, 24]) }),
      () => ({ kind: 'goOn', run }),
      () => ({ kind: 'goOn', run }),
      () => ({ kind: 'use', run }),
      () => ({ kind: 'use', run }),
    ];
    return pick(makers)();
  };
  const acts = Array.from({ length: 1 + below(LONGEST) }, () => ({
    ...happening(),
    soon: below(3) === 0,
  }));
  return { setting, acts };
}
