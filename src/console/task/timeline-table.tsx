/** The runs of a task as a table, newest first, and above them the waits for people. */
import { Scrolled } from '../show/scrolled.tsx';
import { Status } from '../show/status.tsx';
import { duration, When } from '../show/when.tsx';
import type { RunBar } from './run-bars.ts';
import css from './task.module.css';
import { ANSWERED, type WaitBar } from './wait-bars.ts';

export function TimelineTable({ bars, waits }: { bars: RunBar[]; waits: WaitBar[] }) {
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
          {waits.toReversed().map(({ id, action, status, span }) => (
            <tr key={id}>
              <th scope="row">{action}</th>
              <td>people</td>
              <td>{ANSWERED[status]}</td>
              <td>
                <When at={new Date(span.from).toISOString()} />
              </td>
              <td className={css.figure}>{duration(span.to - span.from)}</td>
              <td />
              <td />
              <td />
            </tr>
          ))}
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
