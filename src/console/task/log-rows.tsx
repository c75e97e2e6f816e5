/** The lines of a log, of which only those in sight are in the page. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Coloured } from './coloured.tsx';
import css from './log.module.css';
import type { LogRow } from './log-lines.ts';

const LINE_HEIGHT = 24;

/** In an address: without the letter it would be read as a number, and `0.10` as `0.1`. */
const nameOf = (id: string): string => `L${id}`;

export function LogRows(given: {
  rows: LogRow[];
  /** The line that the address names. */
  line: string | undefined;
  choose: (line: string) => void;
}) {
  const { rows, line, choose } = given;
  const scrolled = useRef<HTMLElement>(null);
  // Whoever reads further up is not torn away; whoever reads at the end stays there.
  const [follows, setFollows] = useState(line === undefined);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scrolled.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
  });
  const named = line === undefined ? -1 : rows.findIndex(({ id }) => nameOf(id) === line);
  const size = virtual.getTotalSize();
  // The virtualizer would scroll again for some frames, against whoever scrolls up meanwhile.
  useLayoutEffect(() => {
    if (follows) scrolled.current?.scrollTo({ top: size });
  }, [follows, size]);
  useEffect(() => {
    if (named >= 0) virtual.scrollToIndex(named, { align: 'center' });
  }, [named, virtual]);
  const look = () => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = scrolled.current ?? {};
    setFollows(scrollTop + clientHeight >= scrollHeight - LINE_HEIGHT);
  };
  const byKey = ({ key }: KeyboardEvent) => {
    if (key === 'End') setFollows(true);
  };
  return (
    <>
      <section
        ref={scrolled}
        className={css.log}
        aria-label="Log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what is scrolled has to be reached by keys.
        tabIndex={0}
        onScroll={look}
        onKeyDown={byKey}
      >
        <ol className={css.lines} style={{ height: size }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <li
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                data-named={index === named}
                aria-setsize={rows.length}
                aria-posinset={index + 1}
                className={css.line}
                style={{ transform: `translateY(${start}px)` }}
              >
                <button
                  type="button"
                  className={css.number}
                  title={row.at ?? undefined}
                  aria-label={`Line ${index + 1}: put it into the address`}
                  onClick={() => choose(nameOf(row.id))}
                >
                  {index + 1}
                </button>
                <span className={css.text} data-type={row.type}>
                  {row.coloured === null ? row.text : <Coloured text={row.coloured} />}
                </span>
              </li>
            );
          })}
        </ol>
      </section>
      {!follows && (
        <button type="button" className={css.follow} onClick={() => setFollows(true)}>
          Go to the end, and follow
        </button>
      )}
    </>
  );
}
