/** A table whose first cell names the row. On a narrow screen it is scrolled by itself. */
import type { ReactNode } from 'react';
import { Scrolled } from './scrolled.tsx';
import css from './table.module.css';

/** `number`: it stands to the right. `long`: sentences stand in it. */
type TableColumn = { title: string; number?: true; long?: true };
type TableRow = { key: string; cells: readonly ReactNode[] };

export function Table({
  label,
  columns,
  rows,
}: {
  label: string;
  columns: readonly TableColumn[];
  rows: readonly TableRow[];
}) {
  return (
    <Scrolled label={label}>
      <table className={css.table}>
        <thead>
          <tr>
            {columns.map(({ title, number }) => (
              <th key={title} scope="col" data-number={number}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, at) => {
                const column = columns[at];
                return at === 0 ? (
                  <th key={column?.title} scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={column?.title} data-number={column?.number} data-long={column?.long}>
                    {cell}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  );
}
