/** The runs of a task as a table, newest first. */
import { Scrolled } from '../show/scrolled.tsx';
import { Status } from '../show/status.tsx';
import { duration, When } from '../show/when.tsx';
import type { RunBar } from './run-bars.ts';
import css from './task.module.css';

export function TimelineTable({ bars }: { bars: RunBar[] }) {
  return (
    <Scrolled label="Table of the runs">
      <table className={css.table}>
        <thead>
          <tr>
            {['Run', 'By', 'State', 'Queued', 'Waited', 'Worked', 'Model calls', 'Cost'].map(
              name => (
                <th key={name} scope="col">
                  {name}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {bars.toReversed().map(({ run, waited, worked }) => (
            <tr key={run.id}>
              <th scope="row">{run.id}</th>
              <td>{run.by}</td>
              <td>
                <Status status={run.state} />
              </td>
              <td>
                <When at={run.queuedAt} />
              </td>
              <td className={css.figure}>{duration(waited.to - waited.from)}</td>
              <td className={css.figure}>{worked && duration(worked.to - worked.from)}</td>
              <td>{run.spend?.models.reduce((sum, { calls }) => sum + calls, 0)}</td>
              <td className={css.figure}>{run.spend?.words}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  );
}
