/** All tasks, in columns by who must act for them to go on. */
import { getRouteApi, Link } from '@tanstack/react-router';
import { PageTitle } from '../show/page-title.tsx';
import css from './board.module.css';
import { Column } from './column.tsx';
import { Filters } from './filters.tsx';
import { Found } from './found.tsx';
import { SavedViews } from './saved-views.tsx';
import { COLUMNS, FILTERS } from './search.ts';
import { StartTask } from './start-task.tsx';

const route = getRouteApi('/tasks');

export function Board() {
  const search = route.useSearch();
  const turns = search.turn ? [search.turn] : COLUMNS;
  const { turn: _, stuck: __, ...all } = search;
  return (
    <>
      <PageTitle title="Tasks" />
      <StartTask />
      <SavedViews search={search} />
      <Filters search={search} />
      {FILTERS.some(name => search[name] !== undefined) && <Found turns={turns} search={search} />}
      {(search.turn || search.stuck) && (
        <p>
          {search.stuck
            ? 'Only tasks are shown in which nothing has moved for longer than work in their repository takes.'
            : 'Only one column is shown.'}{' '}
          <Link to="/tasks" search={all}>
            Show all
          </Link>
        </p>
      )}
      <div className={css.board} data-columns={turns.length}>
        {turns.map(turn => (
          <Column key={turn} turn={turn} search={search} />
        ))}
      </div>
    </>
  );
}
