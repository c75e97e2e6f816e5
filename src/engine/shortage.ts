/** What waits for GitHub's limits, in words: for the operator and for the check run. */
import { type RequestClass, type RequestsLeft, waitingClasses } from '../core/request-class.ts';
import type { RequestBudget, RequestResource, RequestStanding } from './ports/request-budget.ts';

const RESOURCES: Readonly<Record<RequestResource, string>> = {
  core: 'requests to GitHub',
  graphql: "points of GitHub's GraphQL",
};

const WORDS: Readonly<Record<RequestClass, string>> = {
  merge: 'merges',
  approval: 'approvals',
  answer: 'work and answers',
  surface: 'what is shown',
  rest: 'what is least urgent',
};

/** Of one installation; `null` where nothing waits. */
export async function shortageOf(
  budget: RequestBudget,
  installation: number,
  now: Date,
): Promise<string | null> {
  const found: string[] = [];
  for (const resource of ['core', 'graphql'] as const) {
    const standing = await budget.share({ installation, resource }, null);
    found.push(...shortages(resource, standing, now));
  }
  return found.length === 0 ? null : [...new Set(found)].join(' ');
}

/** Sentences; none where nothing waits. */
export function shortages(
  resource: RequestResource,
  { left, heldMs }: RequestStanding,
  now: Date,
): string[] {
  const until = (ms: number) => `${new Date(now.getTime() + ms).toISOString().slice(11, 16)} UTC`;
  const held = heldMs > 0 ? [`GitHub asks for silence until ${until(heldMs)}.`] : [];
  const few = left && fewLeft(left);
  if (!left || !few) return held;
  const count = left.remaining.toLocaleString('en');
  const most = left.limit.toLocaleString('en');
  const what = RESOURCES[resource];
  return [
    ...held,
    `${count} of ${most} ${what} are left until ${until(left.resetMs)}: ${few} later.`,
  ];
}

function fewLeft(left: RequestsLeft): string | null {
  const waiting = waitingClasses(left);
  if (waiting.length === 0) return null;
  const names = waiting.map(is => WORDS[is]);
  const last = names.pop();
  return names.length > 0 ? `${names.join(', ')} and ${last} come` : `${last} comes`;
}
