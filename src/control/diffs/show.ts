/** The change of a request or a run: what is in it, and each part of it on its own. */
import { z } from 'zod';
import { shownText } from '../../core/text/shown-text.ts';
import {
  type DiffSubject,
  filesOf,
  type TaskDiff,
  taskDiff,
} from '../../engine/diffs/task-diff.ts';
import { loadTask } from '../../engine/queries/queries.ts';
import type { ControlServices } from '../control-services.ts';
import { endpoint, refused, versioned } from '../endpoint.ts';
import { notFound } from '../faults.ts';
import type { HttpProblem } from '../problem.ts';
import { NO_TASK, seenTask, TaskParams } from '../tasks/seen-task.ts';
import type { Viewer } from '../viewer.ts';

const Name = z.string().min(1).max(200);
const Of = z
  .object({
    approval: Name.optional().describe('The change that this request is about.'),
    since: z
      .enum(['base', 'approval'])
      .default('base')
      .describe('approval: what has changed since people last approved the same.'),
    run: Name.optional().describe(
      'The change that this run made; where neither is named, the last work that was accepted.',
    ),
  })
  .refine(({ approval, run }) => approval === undefined || run === undefined, {
    message: 'names an approval or a run, not both',
  });
const Place = z.coerce.number().int().min(0).max(100_000);

const Diff = z
  .object({
    version: z
      .string()
      .describe('Changes with the lines that are shown; what was found may change without it.'),
    base: z.string(),
    head: z.string().nullable(),
    cut: z.boolean().describe('It is longer than is shown: git has the rest.'),
    files: z
      .array(
        z.object({
          file: z.int().describe('Its place in the diff.'),
          path: z.string(),
          from: z.string().nullable(),
          status: z.enum(['added', 'modified', 'deleted', 'renamed']),
          binary: z.boolean(),
          generated: z.boolean(),
          added: z.int(),
          removed: z.int(),
          parts: z.int(),
          findings: z.array(
            z.object({ kind: z.string(), reason: z.string(), line: z.int().nullable() }),
          ),
        }),
      )
      .describe('What something was found in first, what programs write last.'),
    findings: z
      .array(z.object({ kind: z.string(), reason: z.string() }))
      .describe('What was found in the change as a whole.'),
  })
  .meta({ id: 'Diff' });

export const showDiff = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/diff',
    tag: 'diffs',
    summary: 'The files of a change, with what was found in them.',
    params: TaskParams,
    query: Of,
    ok: Diff,
  },
  async ({ viewer, params, query }, services) => {
    const read = await diffOf(services, viewer, { task: params.task, of: query });
    if ('problem' in read) return refused(read.problem);
    const { version, base, head, cut, findings } = read.diff;
    const whole = findings.filter(({ path }) => path === '');
    return versioned(`${version} ${JSON.stringify(findings)}`, () => ({
      version,
      base,
      head,
      cut,
      files: filesOf(read.diff),
      findings: whole.map(({ kind, reason }) => ({ kind, reason })),
    }));
  },
);

export const showDiffPart = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/diff/{file}/{part}',
    tag: 'diffs',
    summary: 'One part of one file of a change, as a diff of git of its own.',
    params: TaskParams.extend({ file: Place, part: Place }),
    query: Of,
    ok: z
      .object({
        version: z
          .string()
          .describe('Of the change that it is a part of: as its list of files has it.'),
        diff: z
          .string()
          .describe(
            'Characters that are not seen stand by their numbers between U+E000 and U+E001.',
          ),
      })
      .meta({ id: 'DiffPart' }),
  },
  async ({ viewer, params, query }, services) => {
    const { task, file, part } = params;
    const read = await diffOf(services, viewer, { task, of: query });
    if ('problem' in read) return refused(read.problem);
    const text = read.diff.files[file]?.parts[part];
    if (text === undefined) return refused(notFound('part of the change'));
    const { version } = read.diff;
    return versioned(`${version} ${file} ${part}`, () => ({ version, diff: shownText(text) }));
  },
);

async function diffOf(
  services: ControlServices,
  viewer: Viewer,
  asked: { task: string; of: z.output<typeof Of> },
): Promise<{ diff: TaskDiff } | { problem: HttpProblem }> {
  const row = await seenTask(services, viewer, asked.task);
  if (row === null) return NO_TASK;
  const { state } = await loadTask(services.log, row.id);
  const { approval, run = null, since } = asked.of;
  const subject: DiffSubject =
    approval === undefined ? { run } : { approval, since: since === 'approval' };
  const answer = await taskDiff(services, { task: row.id, state }, subject);
  if (answer.ok) return answer;
  return { problem: answer.why === 'none' ? notFound('change') : expired(answer.reason) };
}

const expired = (message: string): HttpProblem => ({
  status: 410,
  title: 'Gone',
  code: 'expired',
  message,
  next: 'Look at the pull request on GitHub.',
});
