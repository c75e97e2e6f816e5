/** A run that ended well is a success of its agent only where its work stood. */
import { expect, it } from 'vitest';
import { steererOf } from '../../src/core/actor.ts';
import type { StoredEvent } from '../../src/core/event.ts';
import type { TaskCommand } from '../../src/core/task/command.ts';
import type { Run } from '../../src/core/task/state.ts';
import { changedRuns, runRows } from '../../src/engine/run-rows.ts';
import {
  changed,
  decided,
  HISTORY,
  MAINTAINER,
  outcomeOf,
  produced,
  ran,
  red,
  sha,
  started,
} from '../core/task/given.ts';

const chosen = ({ id }: Run): TaskCommand => ({
  type: 'choose',
  data: {
    run: id,
    adapter: 'codex',
    version: '1.0.0',
    model: null,
    provider: 'openai',
    reason: '',
    skipped: [],
    others: 0,
  },
});

/** Why the work of each run of an agent does not stand: as it was written bit by bit, which is as a rebuild writes it. */
function rejections(history: TaskCommand[]): Record<string, string | null> {
  const table: Record<string, string | null> = {};
  const commands: TaskCommand[] = [];
  let before = outcomeOf();
  const tell = (command: TaskCommand) => {
    commands.push(command);
    const after = outcomeOf(...commands);
    const events = after.events.slice(before.events.length) as unknown as StoredEvent[];
    const folded = { before: before.folded, after: after.folded };
    for (const { run, rejected } of changedRuns('t', folded, events)) table[run] = rejected;
    before = after;
  };
  for (const command of history) {
    const run = before.folded.state.runs.find(({ id }) => 'run' in command && id === command.run);
    const isNew = run?.executor.kind === 'agent' && run.state === 'queued' && !run.choice;
    if (run && isNew) tell(chosen(run));
    tell(command);
  }
  const rebuilt = runRows('t', before.folded).map(({ run, rejected }) => [run, rejected]);
  expect(table).toEqual(Object.fromEntries(rebuilt));
  return table;
}

const redRun = (run: string): TaskCommand[] => [
  decided('run.start', 'allow', run),
  started(run),
  produced(run, {}, red),
];
const blocks = (blocking: number) => ({
  handover: {
    schema: 'review.v1',
    digest: `sha256:${'3'.repeat(64)}` as const,
    fields: { blocking },
  },
});
const another = (origin: 'comment' | 'conflict'): TaskCommand[] => [
  {
    type: 'rework',
    data: {
      id: origin,
      origin,
      role: origin === 'comment' ? 'remediator-comment' : 'merger',
      instructions: '',
      by: origin === 'comment' ? MAINTAINER : null,
      target: null,
      check: null,
      threads: [],
      merges: origin === 'conflict' ? { ref: 'main', sha: sha('e') } : null,
      caller: null,
      taint: [],
    },
  },
  decided('task.start', 'allow', null, { rework: origin }),
];
const { authored, reviewed, waiting } = HISTORY;
const STANDS = { 'author-1-1': null, 'review-1-1': null };

it('work that was merged stands, and until then it does as far as is known', () => {
  expect(rejections(waiting)).toEqual(STANDS);
  const merged = {
    type: 'merged' as const,
    commit: sha('f'),
    head: sha('c'),
    by: 'person' as const,
  };
  expect(rejections([...waiting, merged])).toEqual(STANDS);
});

it('work on which a gate was red does not, whoever mends it; a remedy answers for its own gate', () => {
  const mended = [...authored, ...redRun('lint-1-1'), ...changed('lint-1-2', 'c')];
  const green = [...mended, ...ran('lint-1-3'), ...redRun('test-1-1')];
  expect(rejections(green)).toEqual({ 'author-1-1': 'red', 'lint-1-2': null });
  const inVain = [...mended, ...redRun('lint-1-3')];
  expect(rejections(inVain)).toEqual({ 'author-1-1': 'red', 'lint-1-2': 'red' });
});

it('work that a reviewer sends back does not, and the review stands', () => {
  const gates = [...ran('lint-1-1'), ...ran('test-1-1')];
  const sentBack = [...authored, ...gates, ...ran('review-1-1', blocks(1))];
  expect(rejections(sentBack)).toEqual({ ...STANDS, 'author-1-1': 'sent_back' });
  const again = [...sentBack, ...changed('author-1-2', 'c'), ...redRun('lint-1-2')];
  expect(rejections(again)).toEqual({
    'author-1-1': 'sent_back',
    'author-1-2': 'red',
    'review-1-1': null,
  });
});

it('work does not stand where more is asked for on its pull request, but for merging the base', () => {
  expect(rejections([...waiting, ...another('conflict')])).toEqual(STANDS);
  const reworked = { ...STANDS, 'author-1-1': 'reworked' };
  expect(rejections([...waiting, ...another('comment')])).toEqual(reworked);
});

it('work of a task that is given up does not stand, until the task is tried again', () => {
  const by = steererOf(MAINTAINER);
  const givenUp = { ...STANDS, 'author-1-1': 'given_up' };
  expect(rejections([...waiting, { type: 'cancel', by, target: null }])).toEqual(givenUp);
  const failed = [...reviewed, decided('run.start', 'deny', 'publish-1-1')];
  expect(rejections(failed)).toEqual(givenUp);
  expect(rejections([...failed, { type: 'retry', by, instructions: '' }])).toEqual(STANDS);
});
