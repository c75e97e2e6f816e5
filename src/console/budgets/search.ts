/** What is summed up, as it stands in the address. */
export const GROUPS = {
  repository: 'Repository',
  role: 'Role',
  agent: 'Agent',
  model: 'Model',
  person: 'Person',
  task: 'Task',
  day: 'Day',
} as const;
type Group = keyof typeof GROUPS;

export type SpendSearch = { group?: Group; from?: string; to?: string; repository?: string };

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function readSpendSearch(given: Record<string, unknown>): SpendSearch {
  const search: SpendSearch = {};
  const group = Object.keys(GROUPS).find(each => each === given.group);
  if (group) search.group = group as Group;
  for (const name of ['from', 'to'] as const) {
    const day = given[name];
    if (typeof day === 'string' && DAY.test(day)) search[name] = day;
  }
  const { repository } = given;
  if (typeof repository === 'string' && repository !== '')
    search.repository = repository.slice(0, 200);
  return search;
}
