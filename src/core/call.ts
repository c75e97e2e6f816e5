/**
 * What another system, a workflow or somebody at a shell asks for: the same fields from each. How it is
 * written, and what is wrong with it.
 */
import { z } from 'zod';
import { plainIssue } from './plain-issue.ts';

/** Of a `repository_dispatch`, whose repository is known. */
const FIELDS = {
  command: z.string().min(1).max(40).describe('A command that starts work, such as fix.'),
  text: z
    .string()
    .max(65_536)
    .default('')
    .describe('What the agent should know besides, as after a command in a comment.'),
  base: z.string().min(1).max(244).optional().describe('The branch that the work is for.'),
  branch: z
    .string()
    .min(1)
    .max(244)
    .regex(/^[^\0]*$/, 'must not contain NUL')
    .optional()
    .describe(
      'The branch on which it was found, such as that of a red build. Where it is the branch of a task, that task goes on.',
    ),
  issue: z
    .number()
    .int()
    .positive()
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .describe('The number of the issue or pull request that it is about.'),
  title: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .describe('What is to be done, where it is about no issue.'),
  body: z.string().max(65_536).default('').describe('More of what is to be done.'),
  task: z
    .string()
    .min(1)
    .max(120)
    .regex(/^[^\0]*$/, 'must not contain NUL')
    .optional()
    .describe('The id of a task that goes on: with `text`, or once more where it has failed.'),
  key: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[^\0]*$/, 'must not contain NUL')
    .optional()
    .describe('The same for the same request, however often it is sent: it makes one task.'),
};

/** What a call is about: one of these. */
const SUBJECTS = ['issue', 'title', 'task'] as const;
type Subjects = Partial<Record<(typeof SUBJECTS)[number], unknown>>;

const isOneOf = (call: Subjects) => SUBJECTS.filter(name => call[name] !== undefined).length === 1;

const ONE_SUBJECT = { message: 'names one of issue, title and task' };
/** The same to readers of the JSON Schema. */
const ONE_OF = { oneOf: SUBJECTS.map(name => ({ required: [name] })) };

export const DispatchedCall = z.strictObject(FIELDS).refine(isOneOf, ONE_SUBJECT);
export type DispatchedCall = z.infer<typeof DispatchedCall>;

export const TaskCall = z
  .strictObject({
    repository: z
      .string()
      .min(1)
      .max(140)
      .describe('owner/name, or the alias that the token has for it.'),
    ...FIELDS,
  })
  .refine(isOneOf, ONE_SUBJECT)
  .meta(ONE_OF);
export type TaskCall = z.infer<typeof TaskCall>;

/** `pointer`: where in the document, as a JSON Pointer; empty for all of it. */
export type CallFault = { pointer: string; detail: string };

/** More would be read by nobody. */
const MOST_FAULTS = 20;

export function readTaskCall(
  value: unknown,
): { ok: true; call: TaskCall } | { ok: false; faults: CallFault[] } {
  const read = TaskCall.safeParse(value, { error: plainIssue });
  if (read.success) return { ok: true, call: read.data };
  const faults = read.error.issues.slice(0, MOST_FAULTS).map(({ path, message }) => ({
    pointer: path.map(part => `/${escaped(String(part))}`).join(''),
    detail: message.slice(0, 300),
  }));
  return { ok: false, faults };
}

const escaped = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');
