/** A task of its own whose author works, and what that says: no test meets what another has left. */

import { GATEHOUSE } from '../../src/core/actor.ts';
import { NO_USAGE } from '../../src/core/agent-event.ts';
import { taskStream } from '../../src/core/stream.ts';
import { created, decided, HISTORY, started } from '../core/task/given.ts';
import { beginTask } from '../engine/begin.ts';
import { RUN, type Site, SPAN } from './site.ts';

/** Issues of its own: there is one task of an issue at a time. */
let tasks = 2_000;

export async function workingTask(site: Pick<Site, 'place'>): Promise<string> {
  const id = await readyTask(site);
  await startWork(site, id);
  return id;
}

/** Its author is admitted, and has not begun. */
export async function readyTask({ place: { services } }: Pick<Site, 'place'>): Promise<string> {
  const id = `42-${++tasks}-works`;
  const goal = { title: 'A span is full', body: 'Now.' };
  const create = created({ repository: SPAN, issue: tasks, goal });
  const [, ...before] = HISTORY.reproduced;
  await beginTask(services.log, id, [create, ...before, decided('run.start', 'allow', RUN)]);
  return id;
}

export async function startWork({ place }: Pick<Site, 'place'>, task: string): Promise<void> {
  const command = started(RUN);
  const handled = await place.services.handle({
    stream: taskStream(task),
    command,
    actor: GATEHOUSE,
  });
  if (!handled.ok) throw new Error('the work did not start');
}

const PROGRESS = {
  adapter: 'simulated',
  version: '1',
  model: null,
  commands: [],
  commandsBefore: 0,
  files: [],
  otherFiles: false,
  usage: NO_USAGE,
};

/** Its author says these many lines, from the one with this number on. */
export const say = (
  { place: { services } }: Pick<Site, 'place'>,
  task: string,
  { first, count, message = 'Reading.' }: { first: number; count: number; message?: string },
): Promise<void> =>
  services.runOutput.add(
    { task, run: RUN, part: 0 },
    {
      first,
      lines: Array.from({ length: count }, (_, at) => line(first + at)),
      progress: { ...PROGRESS, message },
    },
  );

const line = (seq: number): string =>
  JSON.stringify({
    v: 1,
    runId: RUN,
    seq,
    ts: '2026-11-28T10:00:00.000Z',
    adapter: 'simulated',
    version: '1',
    sessionId: null,
    event: {
      type: 'message',
      role: 'assistant',
      text: `\u001b[31;1msaid\u001b[0m ${seq} \u001b[38;5;28m<img src=x onerror=alert(1)>`,
    },
    raw: null,
    hash: `sha256:${'0'.repeat(64)}`,
  });
