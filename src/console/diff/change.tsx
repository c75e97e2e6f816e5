/** A change, file by file: of however many lines only those that are seen are in the page. */
import { useQueries, useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { problemIn } from '../api/problem.ts';
import { Answered } from '../states/answered.tsx';
import { Partial } from '../states/state.tsx';
import css from './diff.module.css';
import { DiffRowView, type FailedPart } from './diff-row.tsx';
import { type ChangeOf, diffQuery, partQuery } from './queries.ts';
import { type DiffRow, type ListedFile, partRows, rowsOf } from './rows.ts';

type Place = { file: number; part: number };

export function ChangeView({ task, of }: { task: string; of: ChangeOf }) {
  const query = useQuery(diffQuery(task, of));
  return (
    <Answered query={query} what="the change">
      {({ version, files, findings, cut }) => (
        <>
          {findings.map(({ kind, reason }) => (
            <p key={kind}>{reason}</p>
          ))}
          {cut && <Partial>The change is longer than is shown here: git has all of it.</Partial>}
          <Files
            key={JSON.stringify([of, version])}
            task={task}
            change={{ of, version }}
            files={files}
          />
        </>
      )}
    </Answered>
  );
}

function Files(given: {
  task: string;
  change: { of: ChangeOf; version: string };
  files: ListedFile[];
}) {
  const { task, change, files } = given;
  const [turned, setTurned] = useState<ReadonlySet<number>>(new Set());
  const [wanted, setWanted] = useState<readonly Place[]>([]);
  const parts = useQueries({ queries: wanted.map(place => partQuery(task, change, place)) });
  const loaded = useRef(new Map<string, DiffRow[]>());
  const failed = new Map<string, FailedPart>();
  let arrived = 0;
  for (const [index, { data, error, refetch }] of parts.entries()) {
    const place = wanted[index];
    if (!place) continue;
    const name = `${place.file} ${place.part}`;
    if (error) failed.set(name, { problem: problemIn(error), again: () => void refetch() });
    if (!data) continue;
    arrived += 1;
    if (!loaded.current.has(name)) loaded.current.set(name, partRows(data.diff));
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are made anew when a part has arrived.
  const rows = useMemo(
    () =>
      rowsOf(
        files,
        file => turned.has(file.file) === isClosed(file),
        (file, part) => loaded.current.get(`${file} ${part}`) ?? null,
      ),
    [files, turned, arrived],
  );
  const want = (place: Place) =>
    setWanted(before =>
      before.some(({ file, part }) => file === place.file && part === place.part)
        ? before
        : [...before, place],
    );
  const turn = (file: number) =>
    setTurned(before => {
      const next = new Set(before);
      if (!next.delete(file)) next.add(file);
      return next;
    });
  const box = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: index =>
      rows[index]?.kind === 'part' ? 400 : rows[index]?.kind === 'file' ? 40 : 20,
    overscan: 20,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is scrolled has to be reached by keys.
    <section className={css.box} ref={box} tabIndex={0} aria-label="Changed files">
      <div className={css.all} style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map(({ key, index, start }) => {
          const row = rows[index];
          return (
            row && (
              <div
                key={key}
                ref={list.measureElement}
                data-index={index}
                className={css.row}
                style={{ transform: `translateY(${start}px)` }}
              >
                <DiffRowView
                  row={row}
                  isOpen={row.kind === 'file' && turned.has(row.file.file) === isClosed(row.file)}
                  failed={row.kind === 'part' ? failed.get(`${row.file} ${row.part}`) : undefined}
                  turn={turn}
                  want={want}
                />
              </div>
            )
          );
        })}
      </div>
    </section>
  );
}

/** What programs write is closed until it is asked for, unless something was found in it. */
const isClosed = ({ generated, findings }: ListedFile): boolean =>
  generated && findings.length === 0;
