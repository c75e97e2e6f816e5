/** The runs that failed last, each with its task. */
import { Link } from '@tanstack/react-router';
import type { FromApi } from '../api/client.ts';
import { Table } from '../show/table.tsx';
import { When } from '../show/when.tsx';
import { codeInWords } from './code-in-words.ts';

export const Latest = ({ runs }: { runs: FromApi<'FailedRun'>[] }) => (
  <Table
    label="The latest failures"
    columns={[
      { title: 'Task' },
      { title: 'Repository' },
      { title: 'Run' },
      { title: 'Role and agent' },
      { title: 'Code' },
      { title: 'When' },
    ]}
    rows={runs.map(({ task, title, repository, run, role, adapter, model, code, at }) => ({
      key: `${task} ${run}`,
      cells: [
        <Link key="task" to="/tasks/$task" params={{ task }}>
          {title}
        </Link>,
        repository,
        run,
        `${role}: ${adapter}${model ? `, ${model}` : ''}`,
        codeInWords(code),
        <When key="at" at={at} />,
      ],
    }))}
  />
);
