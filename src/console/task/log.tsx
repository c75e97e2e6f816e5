/** What a run of a task says, while it works and afterwards. */
import { FormControl, Select } from '@primer/react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { FromApi } from '../api/client.ts';
import { API_ROOT } from '../shell/address.ts';
import { count, counted } from '../show/count.ts';
import { Status } from '../show/status.tsx';
import { Empty, Partial } from '../states/state.tsx';
import css from './log.module.css';
import { type LogState, MOST_ROWS, useLogLines } from './log-lines.ts';
import { LogRows } from './log-rows.tsx';
import { taskQuery } from './queries.ts';

const route = getRouteApi('/tasks/$task/log');

export function Log() {
  const { task } = route.useParams();
  return <TaskLog key={task} task={task} />;
}

function TaskLog({ task }: { task: string }) {
  const { run: named, line } = route.useSearch();
  const { data } = useSuspenseQuery(taskQuery(task));
  const navigate = useNavigate();
  // Whoever reads stays with the run, whatever begins meanwhile.
  const [first, setFirst] = useState<string | null>(null);
  const worth = worthReading(data.runs);
  if (first === null && worth !== undefined) setFirst(worth.id);
  const run = data.runs.find(({ id }) => id === (named ?? first)) ?? worth;
  const working = data.runs.findLast(({ state }) => state === 'running');
  if (run === undefined)
    return (
      <Empty title="Nothing has run yet">The log of a run is here as soon as it has begun.</Empty>
    );
  const show = (search: { run: string; line?: string }) =>
    void navigate({ to: '/tasks/$task/log', params: { task }, search, replace: true });
  return (
    <>
      <div className={css.runs}>
        <FormControl>
          <FormControl.Label>Run</FormControl.Label>
          <Select value={run.id} onChange={event => show({ run: event.target.value })}>
            {data.runs.map(({ id, by, attempt }) => (
              <Select.Option key={id} value={id}>
                {`${id}: ${by}, attempt ${attempt}`}
              </Select.Option>
            ))}
          </Select>
        </FormControl>
        <Status status={run.state} />
        {working !== undefined && working !== run && (
          <p role="status">
            <Link to="/tasks/$task/log" params={{ task }} search={{ run: working.id }} replace>
              {working.id} runs now
            </Link>
          </p>
        )}
      </div>
      <RunLog
        key={run.id}
        task={task}
        run={run.id}
        line={line}
        choose={line => show({ run: run.id, line })}
      />
    </>
  );
}

/** What works now, else the last that an agent did, else the last. */
const worthReading = (runs: FromApi<'Run'>[]): FromApi<'Run'> | undefined =>
  runs.findLast(({ state }) => state === 'running') ??
  runs.findLast(({ adapter }) => adapter !== null) ??
  runs.at(-1);

const SAYS: Record<LogState['state'], string> = {
  reading: '',
  reconnecting: 'Reconnecting …',
  ended: 'The run has ended.',
  refused: 'Its lines can not be read at present. They are asked for again.',
  cut: '',
};

function RunLog(given: {
  task: string;
  run: string;
  line: string | undefined;
  choose: (line: string) => void;
}) {
  const { task, run, line, choose } = given;
  const { rows, state } = useLogLines(task, run);
  const file = new URL(
    `api/v1/tasks/${encodeURIComponent(task)}/runs/${encodeURIComponent(run)}/artifacts/journal.jsonl`,
    API_ROOT,
  );
  return (
    <>
      {state === 'cut' && (
        <Partial>
          The first {count(MOST_ROWS)} lines are shown. <a href={file.href}>The file has all.</a>
        </Partial>
      )}
      {state === 'ended' && rows.length === 0 ? (
        <Empty title="This run said nothing">
          What it came to stands in the table of the steps. Choose another run for its log.
        </Empty>
      ) : (
        <>
          <LogRows rows={rows} line={line} choose={choose} />
          <p role="status">
            {counted(rows.length, 'line')}. {SAYS[state]}{' '}
            {state === 'ended' && <a href={file.href}>Everything, as a file</a>}
          </p>
        </>
      )}
    </>
  );
}
