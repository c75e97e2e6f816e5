/** Whom the policy is shown for, as it stands in the address. */
export type PolicySearch = { repository?: number; role?: string; requester?: PersonRole };

export const PERSON_ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
/** What somebody who asks for work may do in the repository, as GitHub's settings name it. */
export const ACCESS: Readonly<Record<PersonRole, string>> = {
  none: 'nothing',
  read: 'read',
  triage: 'triage',
  write: 'write',
  maintain: 'maintain',
  admin: 'administer',
};
type PersonRole = (typeof PERSON_ROLES)[number];

export function readPolicySearch(given: Record<string, unknown>): PolicySearch {
  const search: PolicySearch = {};
  const repository = Number(given.repository);
  if (Number.isSafeInteger(repository) && repository > 0) search.repository = repository;
  if (typeof given.role === 'string' && given.role !== '') search.role = given.role.slice(0, 60);
  const requester = PERSON_ROLES.find(role => role === given.requester);
  if (requester) search.requester = requester;
  return search;
}
