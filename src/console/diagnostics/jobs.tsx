/** The jobs of the queue, searched by task. */
import { Button, FormControl, Select, TextInput } from '@primer/react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { answerOf, api } from '../api/client.ts';
import page from '../show/page.module.css';
import { Table } from '../show/table.tsx';
import { When } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';

const STATES = ['ready', 'running', 'delayed', 'stalled'] as const;
type Search = { task?: string; state?: (typeof STATES)[number] };

export function Jobs() {
  const [query, setQuery] = useState<Search>({});
  const jobs = useQuery({
    queryKey: ['jobs', query],
    queryFn: () => answerOf(api.GET('/api/v1/queue/jobs', { params: { query } })),
    refetchInterval: 10_000,
  });
  const search = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const task = String(given.get('task') ?? '').trim();
    const state = STATES.find(each => each === given.get('state'));
    setQuery({ ...(task && { task }), ...(state && { state }) });
  };
  return (
    <>
      <h2>Jobs</h2>
      <form className={page.chosen} onSubmit={search}>
        <FormControl>
          <FormControl.Label>Task</FormControl.Label>
          <TextInput name="task" />
        </FormControl>
        <FormControl>
          <FormControl.Label>State</FormControl.Label>
          <Select name="state">
            <Select.Option value="">Any</Select.Option>
            {STATES.map(state => (
              <Select.Option key={state} value={state}>
                {state}
              </Select.Option>
            ))}
          </Select>
        </FormControl>
        <Button type="submit">Search</Button>
      </form>
      <Answered query={jobs} what="the jobs">
        {({ jobs: found, more }) =>
          found.length === 0 ? (
            <p>There is no such job: nothing is to be done.</p>
          ) : (
            <>
              <Table
                label="Jobs"
                columns={[
                  { title: 'Of' },
                  { title: 'What' },
                  { title: 'State' },
                  { title: 'Due' },
                  { title: 'Worker' },
                  { title: 'Failures', number: true },
                ]}
                rows={found.map(({ stream, kind, id, key, state, dueAt, worker, failures }) => ({
                  key: `${stream} ${key}`,
                  cells: [
                    kind === 'task' ? (
                      <Link key="task" to="/tasks/$task" params={{ task: id }} data-row>
                        {id}
                      </Link>
                    ) : (
                      stream
                    ),
                    key,
                    state,
                    <When key="due" at={dueAt} />,
                    worker ?? '–',
                    String(failures),
                  ],
                }))}
              />
              {more && <p className={page.quiet}>There are more: search for a task.</p>}
            </>
          )
        }
      </Answered>
    </>
  );
}
