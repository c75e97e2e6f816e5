/** What came of a draft so far. */
import { Link } from '@tanstack/react-router';
import { count, counted } from '../show/count.ts';
import { Table } from '../show/table.tsx';
import { Partial } from '../states/state.tsx';
import { OutcomeLabel } from './outcome.tsx';
import type { TrialNews } from './trial.ts';

export function TrialResult({ news, running }: { news: readonly TrialNews[]; running: boolean }) {
  const faults = news.flatMap(each => ('faults' in each ? each.faults : []));
  const checked = news.some(each => each.kind === 'checked');
  const tested = news.find(each => each.kind === 'tested');
  const progress = news.findLast(each => each.kind === 'progress');
  const done = news.find(each => each.kind === 'done');
  const stopped = news.find(each => each.kind === 'stopped');
  return (
    <div role="status">
      {stopped && <Partial>{stopped.problem}</Partial>}
      {faults.length > 0 && (
        <Table
          label="Faults of the draft"
          columns={[{ title: 'Where' }, { title: 'What', long: true }]}
          rows={faults.map(({ file, line, column, message }) => ({
            key: `${file}:${line}:${column} ${message}`,
            cells: [`${file} line ${line}`, message],
          }))}
        />
      )}
      {checked && faults.length === 0 && <p>The draft has no faults.</p>}
      {tested?.tests && (
        <p>
          {counted(tested.tests.rows, 'test')} ran, {count(tested.tests.failed.length)} failed.
        </p>
      )}
      {tested?.tests && tested.tests.failed.length > 0 && (
        <Table
          label="Failed tests"
          columns={[{ title: 'Test' }, { title: 'Where' }, { title: 'What came', long: true }]}
          rows={tested.tests.failed.map(({ it, file, line, problems }) => ({
            key: `${file}:${line}`,
            cells: [it, `${file} line ${line}`, problems.join('; ')],
          }))}
        />
      )}
      {running && !done && (
        <p>
          {progress
            ? `${count(progress.tasks)} of ${count(progress.ofTasks)} tasks, ${count(progress.decisions)} decisions, ${count(progress.flips)} would flip …`
            : 'It is being tried …'}
        </p>
      )}
      {done && <History history={done.history} />}
    </div>
  );
}

type Done = Extract<TrialNews, { kind: 'done' }>['history'];

function History({ history }: { history: Done }) {
  const { decisions, flips, undecidable, elsewhere, groups, moreFlips } = history;
  if (decisions === 0)
    return <p>Nothing was decided yet in what you may see: there is no past to compare with.</p>;
  return (
    <>
      <p>
        {count(flips)} of {count(decisions)} past decisions would come out differently
        {undecidable > 0 && `; ${count(undecidable)} can not be decided`}
        {elsewhere.flips > 0 &&
          `; ${count(elsewhere.flips)} are in repositories that you do not see`}
        {moreFlips > 0 && `; ${count(moreFlips)} are not listed`}.
      </p>
      {groups.length > 0 && (
        <Table
          label="Decisions that would flip"
          columns={[
            { title: 'Action' },
            { title: 'Was' },
            { title: 'Would be' },
            { title: 'Decisions', number: true },
            { title: 'Why', long: true },
            { title: 'For example' },
          ]}
          rows={groups.map(({ action, from, to, policies, gone, flips: many, why, examples }) => ({
            key: JSON.stringify([action, from, to, policies, gone]),
            cells: [
              action,
              <OutcomeLabel key="from" outcome={from} />,
              <OutcomeLabel key="to" outcome={to} />,
              count(many),
              `${why} ${gone.length > 0 ? `Without ${gone.join(', ')}. ` : ''}${policies.join(', ')}`,
              examples.slice(0, 3).map(({ task, seq, resource }) => (
                <div key={`${task} ${seq}`}>
                  <Link to="/tasks/$task/decisions" params={{ task }} search={{ seq }}>
                    {resource}
                  </Link>
                </div>
              )),
            ],
          }))}
        />
      )}
    </>
  );
}
