/** One column of the board: the tasks whose turn it is of one of those who act. */
import { Button } from '@primer/react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Answered } from '../states/answered.tsx';
import css from './board.module.css';
import { TaskCard } from './card.tsx';
import { columnQuery } from './queries.ts';
import type { BoardColumn, TaskSearch } from './search.ts';

const TITLES: Record<BoardColumn, { title: string; none: string }> = {
  person: { title: 'People', none: 'No task waits for a person.' },
  gatehouse: { title: 'Gatehouse', none: 'No task is being worked on.' },
  github: { title: 'GitHub', none: 'No task waits for GitHub.' },
  nobody: { title: 'Ended', none: 'No task has ended.' },
};

export function Column({ turn, search }: { turn: BoardColumn; search: TaskSearch }) {
  const query = useInfiniteQuery(columnQuery(turn, search));
  const { title, none } = TITLES[turn];
  return (
    <section className={css.column} aria-labelledby={`column-${turn}`}>
      <h2 id={`column-${turn}`}>{title}</h2>
      <Answered query={query} what="the tasks" within>
        {({ pages }) => {
          const tasks = pages.flatMap(page => page.tasks);
          return (
            <>
              {tasks.length === 0 && <p className={css.none}>{none}</p>}
              <ul className={css.cards}>
                {tasks.map(task => (
                  <TaskCard key={task.id} task={task} />
                ))}
              </ul>
              {query.hasNextPage && (
                <Button
                  block
                  onClick={() => void query.fetchNextPage()}
                  loading={query.isFetchingNextPage}
                >
                  Show more
                </Button>
              )}
            </>
          );
        }}
      </Answered>
    </section>
  );
}
