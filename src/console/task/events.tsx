/** The events of a task, newest first; only those in sight are in the page. */
import { Button } from '@primer/react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import type { FromApi } from '../api/client.ts';
import { count } from '../show/money.ts';
import { When } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';
import css from './events.module.css';
import { eventsQuery } from './queries.ts';

const ROW_HEIGHT = 32;

export function Events({ task, asOf }: { task: string; asOf: number }) {
  const query = useInfiniteQuery(eventsQuery(task));
  return (
    <>
      <h2>Events</h2>
      <Answered query={query} what="the events">
        {({ pages }) => {
          const events = pages.flatMap(page => page.events);
          return (
            <>
              <EventRows events={events} all={asOf} />
              <div className={css.foot}>
                {count(events.length)} of {count(asOf)} events are loaded.{' '}
                {query.hasNextPage && (
                  <Button
                    onClick={() => void query.fetchNextPage()}
                    loading={query.isFetchingNextPage}
                  >
                    Load earlier ones
                  </Button>
                )}
              </div>
            </>
          );
        }}
      </Answered>
    </>
  );
}

function EventRows({ events, all }: { events: FromApi<'Event'>[]; all: number }) {
  const scrolled = useRef<HTMLElement>(null);
  const [open, setOpen] = useState<number | null>(null);
  const virtual = useVirtualizer({
    count: events.length,
    getScrollElement: () => scrolled.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
    getItemKey: index => events[index]?.seq ?? index,
  });
  return (
    <section
      ref={scrolled}
      className={css.events}
      aria-label="Events, newest first"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what is scrolled has to be reached by keys.
      tabIndex={0}
    >
      <ol className={css.rows} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const event = events[index];
          if (event === undefined) return null;
          const shown = open === event.seq;
          return (
            <li
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              aria-setsize={all}
              aria-posinset={index + 1}
              className={css.row}
              style={{ transform: `translateY(${start}px)` }}
            >
              <button
                type="button"
                className={css.head}
                aria-expanded={shown}
                onClick={() => setOpen(shown ? null : event.seq)}
              >
                <span className={css.seq}>{event.seq}</span>
                <span>{event.type}</span>
                <span className={css.quiet}>{actorName(event.actor)}</span>
                <span className={css.quiet}>
                  <When at={event.at} />
                </span>
              </button>
              {shown && <pre className={css.data}>{JSON.stringify(event, null, 2)}</pre>}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

const actorName = (actor: FromApi<'Event'>['actor']): string =>
  'login' in actor ? actor.login : actor.kind;
