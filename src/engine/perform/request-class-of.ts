/** What an effect's requests to GitHub are for: the path to the merge goes before all else. */
import type { Effect } from '../../core/effect.ts';
import type { RequestClass } from '../../core/request-class.ts';
import type { StreamRef } from '../../core/stream.ts';

const BY_KIND: Readonly<Record<Exclude<Effect['kind'], 'reply'>, RequestClass>> = {
  push: 'merge',
  open_pull: 'merge',
  mark_ready: 'merge',
  merge: 'merge',
  leave_queue: 'merge',
  deploy: 'merge',
  release: 'merge',
  answer_gate: 'merge',
  watch_deployment: 'answer',
  accept: 'answer',
  decide: 'approval',
  open_issue: 'approval',
  attempt: 'answer',
  join: 'answer',
  report: 'answer',
  add_labels: 'answer',
  acknowledge: 'answer',
  remove_label: 'answer',
  show: 'surface',
  examine_policy: 'surface',
  show_faults: 'surface',
  judge_head: 'surface',
  tell: 'rest',
  unlock: 'answer',
  notify: 'rest',
  start_task: 'answer',
  tell_progress: 'rest',
  start_item: 'answer',
  stop_task: 'answer',
  show_backlog: 'surface',
  clean_up: 'surface',
};

export function requestClassOf({ kind }: StreamRef, effect: Effect): RequestClass {
  if (effect.kind !== 'reply') return BY_KIND[effect.kind];
  // Whoever lacks the role is answered when nothing else has to be done.
  if (kind === 'callers') return 'rest';
  return effect.reply.code === 'approval_requested' ? 'approval' : 'answer';
}
