/** The steps of a task as a table: the same as its graph, in words. */
import type { FromApi } from '../api/client.ts';
import { Said } from '../show/said.tsx';
import { Scrolled } from '../show/scrolled.tsx';
import { Status } from '../show/status.tsx';
import { duration } from '../show/when.tsx';
import { standingOf } from './standing.ts';
import css from './task.module.css';

export function Steps({ task }: { task: FromApi<'Task'> }) {
  return (
    <section>
      <h2>Steps</h2>
      <Scrolled label="Table of the steps">
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Stands</th>
              <th scope="col">Done by</th>
              <th scope="col">Attempts</th>
              <th scope="col">Took</th>
              <th scope="col">Cost</th>
              <th scope="col">Says</th>
            </tr>
          </thead>
          <tbody>
            {task.steps.map(step => {
              const runs = task.runs.filter(run => run.step === step.id);
              const last = task.runs.find(({ id }) => id === step.run);
              return (
                <tr key={step.id}>
                  <th scope="row">{step.id}</th>
                  <td>
                    <Status status={standingOf(step, task)} />
                  </td>
                  <td className={css.figure}>{last?.by}</td>
                  <td>{runs.length || ''}</td>
                  <td className={css.figure}>{last && timeOf(last)}</td>
                  <td className={css.figure}>{step.spend.words}</td>
                  <td className={css.says}>{last && <Said text={last.detail} />}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scrolled>
    </section>
  );
}

const timeOf = ({ startedAt, finishedAt }: FromApi<'Run'>): string =>
  startedAt && finishedAt ? duration(Date.parse(finishedAt) - Date.parse(startedAt)) : '';
