/** What runs say while they run, in two unlogged tables: an addition costs no write to the disk's log. */
import type pg from 'pg';
import { Progress } from '../../../core/progress.ts';
import type { OutputLine, RunOutput } from '../../../engine/ports/run-output.ts';
import { createListener } from '../connection/listener.ts';

/** A page ends with the line that makes it this long. */
const PAGE_LINES = 500;
const PAGE_CHARACTERS = 1_000_000;

const CHANNEL = 'run_output';

/** The lines come as one text, because an array of texts would be escaped character by character. */
const ADD = `
WITH lines AS (
  INSERT INTO run_output (task, run, part, seq, line)
  SELECT $1, $2, $3, $4::int + number::int - 1, line
  FROM string_to_table($5, E'\\n') WITH ORDINALITY AS l (line, number)
  ON CONFLICT DO NOTHING
), summary AS (
  INSERT INTO run_progress AS p (task, run, progress) VALUES ($1, $2, $6)
  ON CONFLICT (task, run) DO UPDATE SET progress = excluded.progress, told_at = now()
)
SELECT pg_notify('${CHANNEL}', $1)`;

const READ = `
SELECT seq, line FROM (
  SELECT seq, line, sum(length(line)) OVER (ORDER BY seq) - length(line) AS before
  FROM (
    SELECT seq, line FROM run_output
    WHERE task = $1 AND run = $2 AND part = $3 AND seq > $4 ORDER BY seq LIMIT ${PAGE_LINES}
  ) AS page
) AS counted
WHERE before < ${PAGE_CHARACTERS} ORDER BY seq`;

const PROGRESS = 'SELECT run, progress FROM run_progress WHERE task = $1';

const DROP = `
WITH lines AS (DELETE FROM run_output WHERE task = $1 AND run = coalesce($2, run)),
summary AS (DELETE FROM run_progress WHERE task = $1 AND run = coalesce($2, run))
SELECT pg_notify('${CHANNEL}', $1)`;

/** A worker that lost its run may add to it once more, after everything of the task was dropped. */
const FORGET = `
WITH lines AS (DELETE FROM run_output WHERE added_at < now() - interval '2 days')
DELETE FROM run_progress WHERE told_at < now() - interval '2 days'`;

export function createRunOutput(
  pool: pg.Pool,
  log: (message: string) => void,
): RunOutput & { forget(): Promise<void>; close(): void } {
  const listener = createListener(pool, CHANNEL, log);
  return {
    async add({ task, run, part }, { first, lines, progress }) {
      const values = [task, run, part, first, lines.join('\n'), JSON.stringify(progress)];
      await pool.query({ name: 'add run output', text: ADD, values });
    },
    async read({ task, run, part }, after) {
      const values = [task, run, part, after];
      const page = { name: 'read run output', text: READ, values };
      return (await pool.query<OutputLine>(page)).rows;
    },
    async progress(task) {
      const { rows } = await pool.query<{ run: string; progress: string }>({
        name: 'run progress',
        text: PROGRESS,
        values: [task],
      });
      return new Map(
        rows
          .map(({ run, progress }) => [run, Progress.safeParse(JSON.parse(progress))] as const)
          // Another version of Gatehouse may have written it.
          .flatMap(([run, parsed]) => (parsed.success ? [[run, parsed.data] as const] : [])),
      );
    },
    async drop(of) {
      const values = [of.task, 'run' in of ? of.run : null];
      await pool.query({ name: 'drop run output', text: DROP, values });
    },
    follow(task, changed) {
      const received = (told: string) => {
        if (told === task) changed();
      };
      return listener.follow({ received, missed: changed });
    },
    close: listener.close,
    async forget() {
      await pool.query(FORGET);
    },
  };
}
