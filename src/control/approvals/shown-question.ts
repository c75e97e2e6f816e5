/** What a task asks people as the API shows it: where it is answered, and how. */
import { z } from 'zod';
import { HOW_TO_ANSWER } from '../../core/task/state/task-question.ts';
import type { AskingTask } from '../../engine/ports/question-index.ts';

export const InboxQuestion = z
  .object({
    task: z.string(),
    repository: z.string().describe('owner/name'),
    title: z.string(),
    command: z.string(),
    requester: z.string(),
    issue: z.int().nullable(),
    pull: z.int().nullable(),
    question: z.string().describe('What is asked: at most its first 2,000 characters.'),
    step: z.string().describe('The step for which it is asked.'),
    role: z
      .string()
      .nullable()
      .describe('Of the agent that should do the step; null: none does it.'),
    askedAt: z.iso.datetime(),
    howToAnswer: z.string().describe('In words: with which commands on GitHub.'),
    web: z.string().nullable().describe('Where on GitHub; null: nowhere yet.'),
    mayAnswer: z
      .boolean()
      .describe(
        'Whether whoever asks may answer it here: `POST /api/v1/tasks/{task}/acts` with the act `retry`, and the answer as `says`.',
      ),
  })
  .meta({ id: 'InboxQuestion' });

export function shownQuestion(
  row: AskingTask,
  { mayAnswer, web }: { mayAnswer: boolean; web: string },
): z.input<typeof InboxQuestion> {
  const { repository, issue, pull } = row;
  const [kind, number] = pull === null ? ['issues', issue] : ['pull', pull];
  return {
    task: row.task,
    repository,
    title: row.title,
    command: row.command,
    requester: row.requester,
    issue,
    pull,
    question: row.question,
    step: row.step,
    role: row.role,
    askedAt: row.askedAt,
    howToAnswer: HOW_TO_ANSWER,
    web: number === null ? null : `${web}/${repository}/${kind}/${number}`,
    mayAnswer,
  };
}
