/** `gatehouse logs`: what the runs of a task do and did, line by line, while they work and after it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describeLine } from '../core/journal-words.ts';
import { statusWords } from '../core/task/views/status-words.ts';
import { plain } from '../core/text/plain-text.ts';
import type { RunView, TaskView } from '../core/view.ts';
import { showTask } from '../engine/queries/queries.ts';
import {
  BEGINNING,
  linesAfter,
  linesNow,
  type PlacedLine,
  type RunPlace,
} from '../engine/queries/run-lines.ts';
import { type Output, safeJson } from './output.ts';
import { printRaw } from './raw-logs.ts';
import type { OpenedLog, Services } from './services.ts';
import { noTask, taskId } from './task-id.ts';

type Options = { json: boolean; follow: boolean; raw: boolean; run?: string };

/** Whoever follows is told of lines at once, and of all else by looking so often. */
const LOOK_MS = 1_000;

export async function logs(
  services: Pick<Services, 'openLog'>,
  output: Output,
  task: string,
  options: Options,
): Promise<void> {
  if (options.raw && options.follow)
    throw new Error('--raw prints what a run left when it ended: leave --follow out');
  const opened = await services.openLog();
  try {
    const id = await taskId(opened, task);
    const view = await viewOf(opened, id);
    const runs = runsOf(view, options);
    if (options.run !== undefined && runs.length === 0)
      throw new Error(
        `task ${id} has no run "${plain(options.run)}": \`gatehouse status ${id}\` lists them`,
      );
    if (options.raw) await printRaw(opened, output, { task: id, runs, json: options.json });
    else if (options.follow) await follow(opened, output, { task: id, options });
    else await printOnce(opened, output, { view, runs, options });
  } finally {
    await opened.close();
  }
}

async function viewOf(opened: OpenedLog, task: string): Promise<TaskView> {
  const view = await showTask(opened, task);
  if (!view) throw noTask(task);
  return view;
}

const runsOf = ({ runs }: TaskView, { run }: Options): RunView[] =>
  runs.filter(each => run === undefined || each.run === run);

async function printOnce(
  opened: OpenedLog,
  output: Output,
  of: { view: TaskView; runs: RunView[]; options: Options },
): Promise<void> {
  const { view, runs, options } = of;
  const printer = createPrinter(output, options.json);
  for (const run of runs) {
    let place = BEGINNING;
    for (;;) {
      const next = await linesAfter(opened, { task: view.id, run: run.run }, place);
      if (next.lines.length === 0) break;
      printer.print(run, next.lines.map(textOf));
      place = next.place;
    }
  }
  if (!printer.printed() && !options.json) output.out('No run has said anything yet.\n');
}

/** Until the task has ended, or the one run that was asked for. */
async function follow(
  opened: OpenedLog,
  output: Output,
  { task, options }: { task: string; options: Options },
): Promise<void> {
  const printer = createPrinter(output, options.json);
  const places = new Map<string, RunPlace>();
  let changed = Promise.withResolvers<void>();
  const listening = await opened.runOutput.follow(task, () => changed.resolve());
  let events = -1;
  try {
    for (;;) {
      changed = Promise.withResolvers();
      const view = await viewOf(opened, task);
      const runs = runsOf(view, options);
      // Journals are kept when something happens to a run: they are looked for after that alone.
      const read = view.audit.events === events ? linesNow : linesAfter;
      let more = 0;
      for (const run of runs) {
        const next = await read(opened, { task, run: run.run }, places.get(run.run) ?? BEGINNING);
        printer.print(run, next.lines.map(textOf));
        places.set(run.run, next.place);
        more += next.lines.length;
      }
      if (more > 0) continue;
      if (!options.json) printer.stands(view);
      events = view.audit.events;
      if (options.run === undefined ? view.finishedAt !== null : runs.every(isOver)) return;
      await Promise.race([changed.promise, sleep(LOOK_MS)]);
    }
  } finally {
    listening.stop();
  }
}

const isAtWork = ({ status, paused, question, approval }: TaskView): boolean =>
  status === 'proposed' ||
  (status === 'active' && !paused && question === null && approval?.status !== 'requested');

const textOf = ({ line }: PlacedLine): string => line;

const isOver = ({ state }: RunView): boolean =>
  state === 'success' || state === 'failure' || state === 'canceled';

/** A line with the run's name stands before its lines, and again where another run came between. */
function createPrinter(output: Output, json: boolean) {
  let last: string | null = null;
  let stood = '';
  return {
    printed: () => last !== null,
    /** While nothing works, whoever follows is told why, once. */
    stands(view: TaskView): void {
      const words = isAtWork(view) ? '' : statusWords(view);
      if (words !== '' && words !== stood) output.out(`\n--- The task is ${plain(words, 600)}\n`);
      stood = words;
    },
    print({ run, agent }: RunView, lines: readonly string[]): void {
      if (lines.length === 0) return;
      const head =
        last === run ? [] : [`${last === null ? '' : '\n'}=== ${run}, by ${plain(agent)}`];
      last = run;
      const text = json ? lines.map(safeJson) : [...head, ...lines.flatMap(describeLine)];
      output.out(text.map(line => `${line}\n`).join(''));
    },
  };
}
