/** Which failures are summed up, and by what, as it stands in the address. */
export const GROUPS = {
  code: 'Code',
  role: 'Role',
  agent: 'Agent',
  repository: 'Repository',
  day: 'Day',
} as const;
export type FailuresBy = keyof typeof GROUPS;

/** What the address may have besides, as it is written. */
const TEXTS = ['code', 'role', 'repository'] as const;
const DAYS = ['from', 'to'] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const LONGEST = { code: 100, role: 100, repository: 200 } as const;

export type FailureSearch = { group?: FailuresBy } & {
  [name in (typeof TEXTS)[number] | (typeof DAYS)[number]]?: string;
};

export function readFailureSearch(given: Record<string, unknown>): FailureSearch {
  const search: FailureSearch = {};
  const group = Object.keys(GROUPS).find(each => each === given.group);
  if (group) search.group = group as FailuresBy;
  for (const name of DAYS) {
    const day = given[name];
    if (typeof day === 'string' && DAY.test(day)) search[name] = day;
  }
  for (const name of TEXTS) {
    const text = given[name];
    if (typeof text === 'string' && text !== '') search[name] = text.slice(0, LONGEST[name]);
  }
  return search;
}
