/** The row of what a task asks people. */
import type { Folded } from '../../core/fold.ts';
import { createdOf, isOpen, runOf, type TaskState } from '../../core/task/state/state.ts';
import type { QuestionRow } from '../ports/question-index.ts';

/** Of a review that found much; the task's page and GitHub have all of it. */
const MOST_CHARACTERS = 2_000;

/** `null`: it asks nothing, or has ended. */
export function questionRow(task: string, { state }: Folded<TaskState>): QuestionRow | null {
  const { question } = state;
  if (question === null || !isOpen(state)) return null;
  const { step, executor } = runOf(state, question.run);
  return {
    task,
    repositoryId: createdOf(state).repository.id,
    question: question.text.slice(0, MOST_CHARACTERS).toWellFormed(),
    step,
    role: executor.kind === 'agent' ? executor.role : null,
    askedAt: question.at,
  };
}

/** Undefined: it asks what it asked before. */
export function changedQuestion(
  task: string,
  { before, after }: { before: Folded<TaskState>; after: Folded<TaskState> },
): QuestionRow | null | undefined {
  const [was, is] = [questionRow(task, before), questionRow(task, after)];
  return JSON.stringify(was) === JSON.stringify(is) ? undefined : is;
}
