/** What whoever asks may do to a task now, and why not the rest: what the page of a task and of a request show. */
import type { TaskState } from '../../core/task/state/state.ts';
import { ACTS, type ActOffer, mayAct } from '../../engine/acts/act.ts';
import { ownCounts } from '../../engine/acts/own-counts.ts';
import type { TaskRow } from '../../engine/ports/event-log.ts';
import type { ControlServices } from '../control-services.ts';
import { forbidden } from '../faults.ts';
import type { HttpProblem } from '../problem.ts';
import type { Viewer } from '../viewer.ts';

/** Only people whom GitHub knows act here. By who asks, as a clause, and what they can do instead. */
const NOBODY = {
  token: { because: 'a machine token acts on nothing here', next: 'Sign in as a person.' },
  operator: {
    because: 'only people whom GitHub knows act here',
    next: 'Sign in with GitHub, or use the commands of `gatehouse` on the machine.',
  },
} as const;

type NoPerson = Exclude<Viewer['who'], { kind: 'person' }>;

/** As a clause. */
export const nobodyActs = ({ kind }: NoPerson): string => NOBODY[kind].because;

/** Refuses what only people do. */
export function peopleAlone({ kind }: NoPerson): HttpProblem {
  const { because, next } = NOBODY[kind];
  return forbidden(`${because.slice(0, 1).toUpperCase()}${because.slice(1)}.`, next);
}

/** `request`: the one that is looked at; null: whichever waits. */
export function offered(
  services: Pick<ControlServices, 'policies'>,
  { who, repositories }: Viewer,
  { row, state, request }: { row: TaskRow; state: TaskState; request: string | null },
): ActOffer[] {
  if (who.kind !== 'person') {
    const because = nobodyActs(who);
    return ACTS.map(act => ({ act, because }));
  }
  const role = repositories.get(row.repositoryId) ?? 'none';
  const by = { id: who.id, login: who.login };
  const own = ownCounts(services, { repository: row.repository, role });
  return mayAct({ by, role, state, request, ownCounts: own });
}
