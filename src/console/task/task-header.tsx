/** What a task is, where it stands, whose turn it is, and what it asks. */
import type { FromApi } from '../api/client.ts';
import { PageTitle } from '../show/page-title.tsx';
import { Said } from '../show/said.tsx';
import { Status } from '../show/status.tsx';
import { When } from '../show/when.tsx';
import css from './task.module.css';

const TURN = {
  person: 'A person has to act',
  gatehouse: 'Gatehouse works',
  github: 'GitHub is waited for',
  nobody: 'Nobody has to act',
};

export function TaskHeader({ task }: { task: FromApi<'Task'> }) {
  const { owner, name } = task.repository;
  return (
    <header className={css.header}>
      <PageTitle title={task.title} />
      <p className={css.line}>
        <Status status={task.status} />
        <span>{task.says}</span>
        {task.mode === 'dry_run' && <span className={css.quiet}>dry run</span>}
      </p>
      <p className={css.facts}>
        <span>
          <a href={task.web.repository}>
            {owner}/{name}
          </a>
          {task.issue !== null && task.web.issue !== null && (
            <>
              {' '}
              <a href={task.web.issue} aria-label={`Issue #${task.issue} on GitHub`}>
                #{task.issue}
              </a>
            </>
          )}
        </span>
        {task.pull !== null && task.web.pull !== null && (
          <a href={task.web.pull}>pull request #{task.pull.number}</a>
        )}
        <span>
          <code>{task.command}</code> for {task.requesterName}
        </span>
        <span>
          started <When at={task.startedAt} />
        </span>
        <span>
          {TURN[task.waitsOn]}
          {task.finishedAt === null && (
            <>
              , since <When at={task.waitsSince} />
            </>
          )}
        </span>
        {task.spend.words !== '' && (
          <span>
            {task.spend.words}
            {task.spend.unpriced.length > 0 && `, price unknown: ${task.spend.unpriced.join(', ')}`}
          </span>
        )}
        {task.trace.url !== null && (
          <span>
            <a href={task.trace.url} rel="noreferrer">
              Trace
            </a>
          </span>
        )}
        <span>as of event {task.asOf.event}</span>
      </p>
      {task.question !== null && (
        <section className={css.ask} aria-label="What is asked">
          <h2>A question to people</h2>
          <p>
            <Said text={task.question} />
          </p>
        </section>
      )}
    </header>
  );
}
