/** A run that ended well is a success of its agent only where its work stood. */
import { expect, it } from 'vitest';
import { steererOf } from '../../../src/core/actor.ts';
import { NO_USAGE, type Usage } from '../../../src/core/agent-event.ts';
import type { StoredEvent } from '../../../src/core/event.ts';
import type { TaskCommand } from '../../../src/core/task/decide/command.ts';
import type { Run } from '../../../src/core/task/state/state.ts';
import type { RunRow } from '../../../src/engine/ports/run-records.ts';
import { changedRuns, runRows } from '../../../src/engine/rows/run-rows.ts';
import {
  changed,
  decided,
  decision,
  HISTORY,
  MAINTAINER,
  outcomeOf,
  produced,
  ran,
  red,
  sha,
  started,
  work,
} from '../../core/task/given.ts';

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

/** The row of each run of an agent: as it was written bit by bit, which is as a rebuild writes it. */
function tableOf(history: TaskCommand[]): Record<string, RunRow> {
  const table: Record<string, RunRow> = {};
  const commands: TaskCommand[] = [];
  let before = outcomeOf();
  const tell = (command: TaskCommand) => {
    commands.push(command);
    const after = outcomeOf(...commands);
    const events = after.events.slice(before.events.length) as unknown as StoredEvent[];
    const folded = { before: before.folded, after: after.folded };
    for (const row of changedRuns('t', folded, events)) table[row.run] = row;
    before = after;
  };
  for (const command of history) {
    const run = before.folded.state.runs.find(({ id }) => 'run' in command && id === command.run);
    const isNew = run?.executor.kind === 'agent' && run.state === 'queued' && !run.choice;
    if (run && isNew) tell(chosen(run));
    tell(command);
  }
  const rebuilt = runRows('t', before.folded).map(row => [row.run, row]);
  expect(table).toEqual(Object.fromEntries(rebuilt));
  return table;
}

const rejections = (history: TaskCommand[]) =>
  Object.fromEntries(Object.values(tableOf(history)).map(({ run, rejected }) => [run, rejected]));

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

it('what policy denied to a run is counted, its work included, and so is who steps in', () => {
  const working = [
    ...HISTORY.reproduced,
    decided('run.start', 'allow', 'author-1-1'),
    started('author-1-1'),
  ];
  const denied = (resource: string): TaskCommand => ({
    type: 'record_denial',
    run: 'author-1-1',
    decision: decision('command.exec', 'deny', { resource }),
  });
  const done = [
    ...working,
    denied('curl x'),
    denied('curl y'),
    produced('author-1-1', { work: work('b') }),
  ];
  const author = (history: TaskCommand[]) => tableOf(history)['author-1-1'];
  const accepted = decided('patch.accept', 'allow', 'author-1-1');
  expect(author([...done, accepted])).toMatchObject({ denied: 2, interventions: 0 });
  const refused = decided('patch.accept', 'deny', 'author-1-1');
  expect(author([...done, refused])).toMatchObject({ outcome: 'failure', denied: 3 });
  expect(author([...waiting, ...another('conflict')])).toMatchObject({ interventions: 0 });
  expect(author([...waiting, ...another('comment')])).toMatchObject({
    denied: 0,
    interventions: 1,
  });
});

it('what a run cost is what its task was told of it last, and unknown where a model has no price', () => {
  const costs = (nanoUsd: number | null, until: number): TaskCommand => ({
    type: 'spent',
    data: {
      run: 'author-1-1',
      until,
      spend: {
        models: [5_000, nanoUsd].map((price, n) => ({
          provider: 'openai',
          model: `model-${n}`,
          calls: 1,
          usage: { ...NO_USAGE, input: 7 },
          nanoUsd: price,
        })),
        work: { ms: 60_000, nanoUsd: 700 },
      },
    },
  });
  const price = (...told: TaskCommand[]) => tableOf([...reviewed, ...told])['author-1-1']?.nanoUsd;
  expect(price(costs(90, 1))).toBe(5_090);
  expect(price(costs(90, 1), costs(1_000, 2))).toBe(6_000);
  expect(price(costs(90, 1), costs(null, 2))).toBeNull();
});

it('a run that used no tokens cost nothing, and the cost of one that did is unknown until it is told', () => {
  const working = [
    ...HISTORY.reproduced,
    decided('run.start', 'allow', 'author-1-1'),
    started('author-1-1'),
  ];
  const price = (usage: Usage) =>
    tableOf([...working, produced('author-1-1', { usage }, red)])['author-1-1']?.nanoUsd;
  expect(price(NO_USAGE)).toBe(0);
  expect(price({ ...NO_USAGE, output: 1 })).toBeNull();
});
