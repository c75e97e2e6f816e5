/** A few tasks of one kind, and the way to all of them. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import { answerOf, api } from '../api/client.ts';
import type { operations } from '../api/schema.d.ts';
import { Said } from '../show/said.tsx';
import { When } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';
import type { TaskSearch } from '../tasks/search.ts';
import css from './home.module.css';

type TileQuery = NonNullable<operations['getTasks']['parameters']['query']>;

/** More are on the board. */
const SHOWN = 5;

export function TaskTile(given: {
  title: string;
  none: string;
  query: TileQuery;
  all: TaskSearch;
}) {
  const { title, none, query, all } = given;
  const id = useId();
  const asked = useQuery({
    queryKey: ['tasks', 'tile', query],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/tasks', { params: { query: { ...query, limit: SHOWN } }, signal })),
  });
  return (
    <section className={css.tile} aria-labelledby={id}>
      <h2 id={id}>
        <Link to="/tasks" search={all}>
          {title}
        </Link>
      </h2>
      <Answered query={asked} what={title.toLowerCase()} within>
        {({ tasks, next }) => (
          <>
            {tasks.length === 0 && <p className={css.none}>{none}</p>}
            <ul className={css.rows}>
              {tasks.map(task => (
                <li key={task.id}>
                  <Link to="/tasks/$task" params={{ task: task.id }} className={css.row} data-row>
                    <span className={css.title}>{task.title}</span>
                    <span className={css.reason}>
                      <Said text={task.reason} />
                    </span>
                    <span className={css.quiet}>
                      {task.repository} · <When at={task.waitsSince} />
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
            {next !== null && (
              <Link to="/tasks" search={all}>
                Show all that are {title.toLowerCase()}
              </Link>
            )}
          </>
        )}
      </Answered>
    </section>
  );
}
