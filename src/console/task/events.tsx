/** The events of a task, newest first; only those in sight are in the page. */
import { Button, Checkbox, FormControl } from '@primer/react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import type { FromApi } from '../api/client.ts';
import { count } from '../show/count.ts';
import { When } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';
import { eventSays, isBookkeeping } from './event-says.ts';
import css from './events.module.css';
import { eventsQuery } from './queries.ts';

const ROW_HEIGHT = 32;

export function Events({ task, asOf }: { task: string; asOf: number }) {
  const query = useInfiniteQuery(eventsQuery(task));
  const [few, setFew] = useState(false);
  return (
    <>
      <h2>Events</h2>
      <FormControl>
        <Checkbox checked={few} onChange={() => setFew(!few)} />
        <FormControl.Label>Only those that move the task</FormControl.Label>
      </FormControl>
      <Answered query={query} what="the events">
        {({ pages }) => {
          const events = pages.flatMap(page => page.events);
          const shown = few ? events.filter(({ type }) => !isBookkeeping(type)) : events;
          return (
            <>
              <EventRows events={shown} all={few ? shown.length : asOf} />
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
                <span className={isBookkeeping(event.type) ? css.quiet : undefined}>
                  {event.type}
                </span>
                <span className={css.says}>{eventSays(event.data)}</span>
                <span className={css.quiet}>
                  {actorName(event.actor)} · <When at={event.at} />
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
