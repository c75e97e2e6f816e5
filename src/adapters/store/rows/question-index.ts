/** What open tasks ask people: one row for each of them, which the inbox reads. */
import type pg from 'pg';
import type {
  AskingTask,
  QuestionIndex,
  QuestionRow,
} from '../../../engine/ports/question-index.ts';

const WAITING = `
SELECT q.*, t.repository, t.title, t.command, t.requester, t.issue, t.pull
FROM (
  SELECT * FROM questions WHERE repository_id = ANY ($1::bigint[])
  ORDER BY asked_at, task LIMIT $2
) AS q JOIN tasks t ON t.id = q.task
ORDER BY q.asked_at, q.task`;

const COUNT = `
SELECT count(*)::int AS waiting,
  count(*) FILTER (WHERE repository_id = ANY ($2::bigint[]))::int AS mine
FROM questions WHERE repository_id = ANY ($1::bigint[])`;

type ListedRow = Omit<AskingTask, 'repositoryId' | 'askedAt'> & {
  repository_id: string;
  asked_at: Date;
};

export const createQuestionIndex = (pool: pg.Pool): QuestionIndex => ({
  async waiting(repositories, limit) {
    const { rows } = await pool.query<ListedRow>({
      name: 'questions that wait',
      text: WAITING,
      values: [repositories, limit],
    });
    return rows.map(toRow);
  },
  async count(readable, answerable) {
    const { rows } = await pool.query<{ waiting: number; mine: number }>({
      name: 'question counts',
      text: COUNT,
      values: [readable, answerable],
    });
    return rows[0] ?? { waiting: 0, mine: 0 };
  },
});

const toRow = ({ repository_id, asked_at, ...same }: ListedRow): AskingTask => ({
  ...same,
  repositoryId: Number(repository_id),
  askedAt: asked_at.toISOString(),
});

/** PostgreSQL's text can't contain NUL. */
export const storableQuestion = (row: QuestionRow): QuestionRow => ({
  ...row,
  question: row.question.replaceAll('\0', '\uFFFD'),
});

/** The row with the names of its columns. */
export function questionColumns(row: QuestionRow) {
  const { repositoryId, askedAt, ...same } = storableQuestion(row);
  return { ...same, repository_id: repositoryId, asked_at: askedAt };
}
