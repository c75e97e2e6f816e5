/** Which decisions are looked for, as it stands in the address. */
import type { operations } from '../api/schema.d.ts';

type AskedOfServer = NonNullable<operations['getDecisions']['parameters']['query']>;

export const OUTCOME_FILTER = ['deny', 'require_approval', 'allow'] as const;

/** `in`: the repository. Days are of UTC, both counted. */
export type DecisionSearch = {
  in?: string;
  outcome?: (typeof OUTCOME_FILTER)[number];
  action?: string;
  agent?: string;
  policy?: string;
  since?: string;
  until?: string;
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether the calendar has it, with a day after it: JavaScript takes 30 February for 2 March. */
function isDay(text: string): boolean {
  const at = DAY.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text) && text < '9999-12-31';
}

export function readDecisionSearch(given: Record<string, unknown>): DecisionSearch {
  const search: DecisionSearch = {};
  const outcome = OUTCOME_FILTER.find(each => each === given.outcome);
  if (outcome) search.outcome = outcome;
  for (const name of ['in', 'action', 'agent', 'policy'] as const) {
    const text = given[name];
    if (typeof text === 'string' && text.trim() !== '') search[name] = text.trim().slice(0, 200);
  }
  for (const name of ['since', 'until'] as const) {
    const day = given[name];
    if (typeof day === 'string' && isDay(day)) search[name] = day;
  }
  return search;
}

const DAY_MS = 86_400_000;

/** What is asked of the server, which says what it does not know. */
export function decisionQueryOf({ in: repository, since, until, ...same }: DecisionSearch) {
  const query = {
    ...same,
    ...(repository && { repository }),
    ...(since && { since: `${since}T00:00:00.000Z` }),
    ...(until && { until: new Date(Date.parse(until) + DAY_MS).toISOString() }),
  };
  return query as AskedOfServer;
}
