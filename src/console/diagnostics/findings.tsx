/** What the doctor found on the machine that answers, and how to fix it. */
import { Button } from '@primer/react';
import { useQuery } from '@tanstack/react-query';
import { answerOf, api } from '../api/client.ts';
import page from '../show/page.module.css';
import { Status } from '../show/status.tsx';
import { Table } from '../show/table.tsx';
import { Answered } from '../states/answered.tsx';

export function Findings() {
  const doctor = useQuery({
    queryKey: ['doctor'],
    queryFn: () => answerOf(api.GET('/api/v1/doctor')),
    staleTime: 60_000,
  });
  return (
    <>
      <h2>Doctor</h2>
      <Answered query={doctor} what="what the doctor finds">
        {({ at, checks, agents, roles, warnings }) => (
          <>
            <p className={page.quiet}>
              Looked at {new Date(at).toLocaleTimeString()}.{' '}
              <Button size="small" onClick={() => void doctor.refetch()}>
                Look again
              </Button>
            </p>
            <Table
              label="Findings"
              columns={[
                { title: 'What' },
                { title: 'State' },
                { title: 'Found', long: true },
                { title: 'How to fix it', long: true },
              ]}
              rows={[...checks]
                .sort((a, b) => Number(a.ok) - Number(b.ok))
                .map(({ name, ok, detail, remediation }) => ({
                  key: name,
                  cells: [
                    name,
                    <Status key="ok" status={ok ? 'ok' : 'failed'} />,
                    detail,
                    remediation ?? '–',
                  ],
                }))}
            />
            <h2>Agents on this machine</h2>
            <Table
              label="Agents"
              columns={[
                { title: 'Adapter' },
                { title: 'State' },
                { title: 'Version' },
                { title: 'Credentials' },
                { title: 'How to fix it', long: true },
              ]}
              rows={agents.map(
                ({ adapter, state, version, credentials, problem, remediation }) => ({
                  key: adapter,
                  cells: [
                    adapter,
                    state,
                    version ?? '–',
                    credentials.join(', ') || 'none',
                    [problem, remediation].filter(Boolean).join(' ') || '–',
                  ],
                }),
              )}
            />
            {warnings.map(({ problem, remediation }) => (
              <p key={problem}>
                Note that {problem}. {remediation}
              </p>
            ))}
            {roles.map(({ role, problem, remediation }) => (
              <p key={role}>
                {role}: {problem}. {remediation}
              </p>
            ))}
          </>
        )}
      </Answered>
    </>
  );
}
