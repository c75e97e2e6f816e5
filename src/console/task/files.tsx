/** What the runs of a task left: reports, patches, logs and raw output, each as a file to keep. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { API_ROOT } from '../shell/address.ts';
import page from '../show/page.module.css';
import { Table } from '../show/table.tsx';
import { When } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';
import { filesQuery } from './queries.ts';

export function Files({ task }: { task: string }) {
  const [open, setOpen] = useState(false);
  return (
    <section>
      <h2>Files</h2>
      <details onToggle={event => setOpen(event.currentTarget.open)}>
        <summary className={page.summary}>What the runs left</summary>
        {open && <FileTable task={task} />}
      </details>
    </section>
  );
}

function FileTable({ task }: { task: string }) {
  const query = useQuery(filesQuery(task));
  return (
    <Answered query={query} what="the files" within>
      {({ artifacts }) =>
        artifacts.length === 0 ? (
          <p>No run has left a file yet.</p>
        ) : (
          <Table
            label="Files"
            columns={[{ title: 'Run' }, { title: 'File' }, { title: 'Named in the log' }]}
            rows={artifacts.map(({ run, name, expired, inLog }) => ({
              key: `${run}/${name}`,
              cells: [
                run,
                expired === null ? (
                  <a key="file" href={addressOf(task, run, name)} download data-row>
                    {name}
                  </a>
                ) : (
                  <span key="file">
                    {name}, removed <When at={expired} />
                  </span>
                ),
                inLog ? 'by its digest' : 'no',
              ],
            }))}
          />
        )
      }
    </Answered>
  );
}

const addressOf = (task: string, run: string, name: string): string => {
  const place = ['tasks', task, 'runs', run, 'artifacts', name].map(encodeURIComponent).join('/');
  return new URL(`api/v1/${place}`, API_ROOT).href;
};
