/** A task whose merge waits for a person, with the change that is given. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { created, HISTORY } from '../core/task/given.ts';
import { beginTask } from '../engine/begin.ts';
import { type Site, SPAN } from './site.ts';

/** Issues of its own: there is one task of an issue at a time. */
let tasks = 1_000;

export async function waitingMerge(
  { place: { services } }: Site,
  patch: string | Buffer,
): Promise<string> {
  const id = `42-${++tasks}-merge`;
  const create = created({ repository: SPAN, issue: tasks, goal: { title: 'Sums', body: '' } });
  await beginTask(services.log, id, [create, ...HISTORY.waiting.slice(1)]);
  const digest = await services.artifacts.put(patch, 'record');
  await services.artifacts.link({ task: id, run: 'author-1-1' }, 'patch.diff', digest);
  services.github.roles.set(2, 'maintain');
  return id;
}

export const smallPatch = () => readFileSync(join(import.meta.dirname, '../control/change.patch'));

export const requestPath = (task: string) => `/console/tasks/${task}/approvals/approval-1`;
