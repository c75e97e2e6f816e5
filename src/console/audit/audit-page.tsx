/** Proof: the task of a pull request is found, and what policy decided; the whole log is taken along by those who may. */
import { Button, FormControl, TextInput } from '@primer/react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { meQuery } from '../settings/queries.ts';
import { API_ROOT } from '../shell/address.ts';
import page from '../show/page.module.css';
import { PageTitle } from '../show/page-title.tsx';
import { Said } from '../show/said.tsx';
import { Status } from '../show/status.tsx';
import { When } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';
import css from './audit.module.css';
import { Decisions } from './decisions.tsx';
import { pullNumber } from './pull-number.ts';
import { ofPullQuery } from './queries.ts';
import { VerifyLog } from './verify-log.tsx';

const EXPORT = new URL('api/v1/audit/export', API_ROOT).href;
const route = getRouteApi('/audit');

export function AuditPage() {
  const { repository, pull } = route.useSearch();
  const navigate = useNavigate();
  const me = useQuery(meQuery);
  const [noNumber, setNoNumber] = useState(false);
  const find = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const number = pullNumber(String(given.get('pull')));
    setNoNumber(number === null);
    if (number === null) return;
    const search = { repository: String(given.get('repository')).trim(), pull: number };
    void navigate({ to: '/audit', search });
  };
  return (
    <>
      <PageTitle title="Audit" />
      <h2>The task of a pull request</h2>
      <form className={css.form} onSubmit={find}>
        <FormControl required>
          <FormControl.Label>Repository</FormControl.Label>
          <TextInput name="repository" defaultValue={repository ?? ''} placeholder="owner/name" />
        </FormControl>
        <FormControl required>
          <FormControl.Label>Pull request</FormControl.Label>
          <TextInput name="pull" inputMode="numeric" defaultValue={pull ?? ''} />
          {noNumber && (
            <FormControl.Validation variant="error">
              Write the number of a pull request, such as 12.
            </FormControl.Validation>
          )}
        </FormControl>
        <Button type="submit">Find</Button>
      </form>
      {repository !== undefined && pull !== undefined && (
        <TasksOf repository={repository} pull={pull} />
      )}
      <Decisions />
      <h2>The whole log</h2>
      <Answered query={me} what="what you may do">
        {({ mayNot }) =>
          mayNot.readLog === null ? (
            <>
              <VerifyLog />
              <p>
                <a href={EXPORT} download>
                  Export everything
                </a>
              </p>
            </>
          ) : (
            <p>
              <Said text={mayNot.readLog} />
            </p>
          )
        }
      </Answered>
      <p className={page.quiet}>
        On the machine, <code>gatehouse verify</code> and <code>gatehouse export</code> do the same.
      </p>
    </>
  );
}

function TasksOf({ repository, pull }: { repository: string; pull: number }) {
  const query = useQuery(ofPullQuery(repository, pull));
  return (
    <Answered query={query} what="the tasks">
      {({ tasks }) =>
        tasks.length === 0 ? (
          <p>
            No task that you may see has opened {repository}#{pull}.
          </p>
        ) : (
          <ul className={css.found} aria-label="Tasks of the pull request">
            {tasks.map(({ id, title, status, createdAt }) => (
              <li key={id}>
                <Link to="/tasks/$task/proof" params={{ task: id }} data-row>
                  {title}
                </Link>{' '}
                <Status status={status} /> <When at={createdAt} />
              </li>
            ))}
          </ul>
        )
      }
    </Answered>
  );
}
