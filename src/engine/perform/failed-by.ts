/** What an error says of the effect that it ended: whether it is tried again, and what waits for people. */
import type { Effect } from '../../core/effect.ts';
import type { FailEffect } from '../../core/failed-effect.ts';
import type { ShutOut } from '../../core/shut-out.ts';
import { Archived, GitHubFailure, NotGranted, NotInstalled } from '../ports/github.ts';
import { WebhookFailure } from '../ports/webhooks.ts';
import { DiskFull, RemoteAway, WorkspaceRefused } from '../ports/workspace.ts';

/** What only shows how things stand. Work goes on without it where the App may not write it. */
const SHOWS: ReadonlySet<Effect['kind']> = new Set([
  'acknowledge',
  'add_labels',
  'examine_policy',
  'judge_head',
  'remove_label',
  'show',
  'show_backlog',
  'show_faults',
]);

function whatShutOut(kind: Effect['kind'], error: unknown): ShutOut | null {
  if (error instanceof NotInstalled) return 'not_installed';
  if (error instanceof Archived) return 'archived';
  return error instanceof NotGranted && !SHOWS.has(kind) ? 'not_granted' : null;
}

export function failedBy({ key, kind }: Pick<Effect, 'key' | 'kind'>, error: unknown): FailEffect {
  const message = error instanceof Error ? error.message : String(error);
  const fault = { type: 'fail_effect' as const, key, message };
  const shutOut = whatShutOut(kind, error);
  // People may change that, so the effect is kept until then.
  if (shutOut) return { ...fault, class: shutOut, retryable: true, retryAfterMs: null };
  if (error instanceof GitHubFailure)
    return {
      ...fault,
      class: error.class,
      retryable: !error.lasting,
      retryAfterMs: error.retryAfterMs,
    };
  if (error instanceof WebhookFailure)
    return {
      ...fault,
      class: 'webhook',
      retryable: error.retryable,
      retryAfterMs: error.retryAfterMs,
    };
  const again = { ...fault, retryable: true, retryAfterMs: null };
  if (error instanceof RemoteAway) return { ...again, class: 'transport' };
  if (error instanceof DiskFull) return { ...again, class: 'disk_full' };
  // Content that can't be read will not be readable later.
  if (error instanceof WorkspaceRefused) return { ...again, class: 'workspace', retryable: false };
  return { ...again, class: 'internal' };
}
