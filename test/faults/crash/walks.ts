/** All walks: together they pass every kind of effect. */
import type { Effect } from '../../../src/core/effect.ts';
import type { Scenario } from './scenario.ts';
import { asking } from './walks/asking.ts';
import { backlog } from './walks/backlog.ts';
import { deploy } from './walks/deploy.ts';
import { gate } from './walks/gate.ts';
import { issue } from './walks/issue.ts';
import { merge } from './walks/merge.ts';
import { rules } from './walks/rules.ts';

export const WALKS: readonly Scenario[] = [merge, asking, deploy, gate, backlog, issue, rules];

/** Which walk passes both sides of it: a new kind of effect has to be in one. */
const WALK_OF: Record<Effect['kind'], Scenario> = {
  decide: merge,
  attempt: merge,
  push: merge,
  open_pull: merge,
  mark_ready: merge,
  merge,
  acknowledge: merge,
  reply: merge,
  remove_label: merge,
  show: merge,
  clean_up: merge,
  deploy,
  watch_deployment: deploy,
  accept: deploy,
  notify: deploy,
  start_task: deploy,
  open_issue: gate,
  release: gate,
  answer_gate: gate,
  unlock: gate,
  join: backlog,
  start_item: backlog,
  stop_task: backlog,
  show_backlog: backlog,
  tell: backlog,
  tell_progress: backlog,
  report: issue,
  add_labels: issue,
  examine_policy: rules,
  show_faults: rules,
  judge_head: rules,
  leave_queue: rules,
};

/** They look, or tell another stream: between their claim and their outcome is no other change, and no point. */
const ONE_POINT: ReadonlySet<string> = new Set<Effect['kind']>([
  'accept',
  'watch_deployment',
  'tell',
  'tell_progress',
]);

/** The kinds that a walk should have passed, on both sides where there are two, and did not. */
export function unpassed(walk: Scenario, passed: readonly string[]): string[] {
  const kinds = Object.entries(WALK_OF).flatMap(([kind, of]) => (of === walk ? [kind] : []));
  const sidesOf = (kind: string) =>
    ONE_POINT.has(kind) ? ['claimed'] : ['claimed', 'applied, before append'];
  const isPassed = (kind: string, side: string) =>
    passed.some(point => new RegExp(`^effect ${kind}\\b.* is ${side}`).test(point));
  return kinds.filter(kind => !sidesOf(kind).every(side => isPassed(kind, side)));
}
