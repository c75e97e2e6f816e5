/** `GET …/runs/{run}/log`: what a run said, line by line, page by page; `…/log/stream` follows it. */
import { z } from 'zod';
import { journalWords } from '../../core/journal-words.ts';
import { isOver } from '../../core/task/state/state.ts';
import { loadTask } from '../../engine/queries/queries.ts';
import {
  BEGINNING,
  linesAfter,
  type PlacedLine,
  type RunPlace,
} from '../../engine/queries/run-lines.ts';
import type { ControlServices } from '../control-services.ts';
import { BAD_CURSOR } from '../cursor.ts';
import { endpoint, found, refused } from '../endpoint.ts';
import { eventStream } from '../event-stream.ts';
import { NO_RUN, NO_TASK, RunParams, seenTask } from './seen-task.ts';

/** Lines of one page, and those that are read at once for a stream. */
const PAGE_LINES = 500;
/** Whoever follows is told of lines at once, and of the end of a run by looking so often. Milliseconds. */
const LOOK_MS = 1_000;

const LogLine = z
  .object({
    id: z.string().describe('Its place: `after` of the next page, and the id of a stream.'),
    at: z.iso.datetime().nullable(),
    type: z.string().describe('Of the journal, such as message or tool.finished.'),
    words: z.array(z.string()).describe('The same words as in a terminal; none: nothing to show.'),
    coloured: z
      .array(z.string())
      .nullable()
      .describe('The same with ANSI sequences for colours, and no others; null: it has none.'),
  })
  .meta({ id: 'LogLine' });

const After = z.string().max(30).optional().describe('The id of the last line that was read.');

/** `null`: it is none. */
function placeOf(id: string | undefined): RunPlace | null {
  if (id === undefined) return BEGINNING;
  const [, part, seq] = /^(\d{1,6})\.(\d{1,9})$/.exec(id) ?? [];
  return part === undefined || seq === undefined ? null : { part: Number(part), seq: Number(seq) };
}

const idOf = ({ part, seq }: RunPlace): string => `${part}.${seq}`;

const shown = (placed: PlacedLine) => ({ id: idOf(placed), ...journalWords(placed.line) });

export const readLog = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/runs/{run}/log',
    tag: 'runs',
    summary: 'What a run said, from its beginning or from a line on.',
    params: RunParams,
    query: z.object({
      after: After,
      limit: z.coerce.number().int().min(1).max(PAGE_LINES).default(PAGE_LINES),
    }),
    ok: z
      .object({
        lines: z.array(LogLine),
        next: z.string().nullable().describe('The place after them; null: nothing more for now.'),
        isOver: z.boolean().describe('Whether the run has ended.'),
      })
      .meta({ id: 'LogPage' }),
  },
  async ({ viewer, params, query }, services) => {
    const place = placeOf(query.after);
    if (place === null) return refused(BAD_CURSOR);
    const of = await seenRun(services, viewer, params);
    if (!of.ok) return of;
    const { lines, place: after } = await linesAfter(services, of, place, query.limit);
    const next = lines.length === 0 ? null : idOf(after);
    return found({ lines: lines.map(shown), next, isOver: of.isOver });
  },
);

export const followLog = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/runs/{run}/log/stream',
    tag: 'runs',
    summary:
      'The same as server-sent events: `line` with a line, `end` once the run has ended. A stream that was cut goes on after `Last-Event-ID`.',
    params: RunParams,
    query: z.object({ after: After }),
    ok: z.string(),
    media: 'text/event-stream',
  },
  async ({ viewer, params, query, header, signal, stands }, services) => {
    let place = placeOf(header('last-event-id') ?? query.after);
    if (place === null) return refused(BAD_CURSOR);
    const of = await seenRun(services, viewer, params);
    if (!of.ok) return of;
    return eventStream({ viewer, gone: signal, stands }, async (stream, ended) => {
      const following = await services.runOutput.follow(of.task, stream.wake);
      ended(following.stop);
      for (let isLast = of.isOver; ; ) {
        const read = await linesAfter(services, of, place ?? BEGINNING, PAGE_LINES);
        place = read.place;
        for (const line of read.lines) {
          const { id, ...words } = shown(line);
          if (!(await stream.send({ event: 'line', id, data: { id, ...words } }))) return;
        }
        if (read.lines.length > 0) continue;
        if (isLast) return void (await stream.send({ event: 'end', data: {} }));
        if (!(await stream.wait(LOOK_MS))) return;
        // Looked up before the lines are read once more: what it said last is among them.
        isLast = (await stateOfRun(services, of)) !== 'at work';
      }
    });
  },
);

type SeenRun = { ok: true; task: string; run: string; isOver: boolean };

async function seenRun(
  services: ControlServices,
  viewer: Parameters<typeof seenTask>[1],
  { task, run }: { task: string; run: string },
): Promise<SeenRun | typeof NO_TASK> {
  const row = await seenTask(services, viewer, task);
  if (row === null) return NO_TASK;
  const state = await stateOfRun(services, { task, run });
  return state === 'absent' ? NO_RUN : { ok: true, task, run, isOver: state === 'over' };
}

async function stateOfRun(
  { log }: Pick<ControlServices, 'log'>,
  { task, run }: { task: string; run: string },
): Promise<'absent' | 'at work' | 'over'> {
  const { state } = await loadTask(log, task);
  const one = state.runs.find(({ id }) => id === run);
  return one === undefined ? 'absent' : isOver(one) ? 'over' : 'at work';
}
