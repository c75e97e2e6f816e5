/** What those who spoke may do. Each is a question to GitHub, and strangers can bring any number of accounts. */
import type { Person, Repository } from '../../../core/actor.ts';
import type { PersonNow, PersonOf } from './role.ts';

type Remarked = { user: Person | null | undefined; association: string; at: string };

/** Whom GitHub names like this may write, or may have been let in: no stranger makes many of them. */
export const OF_US: ReadonlySet<string> = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);
/**
 * So many of all others are asked about, those who spoke last: whose membership is private is called a
 * contributor, or nothing, as strangers are.
 */
const MOST_OTHERS = 20;

/** By id. Who is not asked about has no say. */
export async function readSpeakers(
  personOf: PersonOf,
  repository: Repository,
  said: readonly Remarked[],
): Promise<Map<number, PersonNow>> {
  const newest = said.toSorted((a, b) => timeOf(b) - timeOf(a));
  const people = new Map(newest.flatMap(({ user }) => (user ? [[user.id, user]] : [])));
  const ofUs = new Set(
    said.flatMap(({ user, association }) => (user && OF_US.has(association) ? [user.id] : [])),
  );
  const others = [...people.keys()].filter(id => !ofUs.has(id));
  const asked = new Set([...ofUs, ...others.slice(0, MOST_OTHERS)]);
  return new Map(
    await Promise.all(
      [...people.values()].map(
        async (person): Promise<[number, PersonNow]> => [
          person.id,
          asked.has(person.id)
            ? await personOf(repository, person)
            : { login: person.login, role: 'none' },
        ],
      ),
    ),
  );
}

const timeOf = ({ at }: Remarked): number => Date.parse(at) || 0;
