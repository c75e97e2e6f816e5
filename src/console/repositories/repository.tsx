/** One repository: whether the App reaches it, its configuration as it is read, and its toolchain. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { answerOf, api, type FromApi } from '../api/client.ts';
import page from '../show/page.module.css';
import { PageTitle } from '../show/page-title.tsx';
import { Table } from '../show/table.tsx';
import { Answered } from '../states/answered.tsx';
import { Partial } from '../states/state.tsx';

const route = getRouteApi('/repositories/$repository');

export function Repository() {
  const { repository: id } = route.useParams();
  const repository = useQuery({
    queryKey: ['repository', id],
    queryFn: () =>
      answerOf(
        api.GET('/api/v1/repositories/{repository}', {
          params: { path: { repository: Number(id) } },
        }),
      ),
  });
  return (
    <Answered query={repository} what="the repository" title="Repository">
      {({ name, reached, live }) => (
        <>
          <PageTitle title={name} />
          <p>
            <Link to="/tasks" search={{ repository: name }}>
              Its tasks
            </Link>
            {' · '}
            <Link to="/policy" search={{ repository: Number(id) }}>
              Its policy
            </Link>
            {' · '}
            <Link to="/budgets" search={{ repository: name, group: 'task' }}>
              What it cost
            </Link>
          </p>
          {!reached.ok && (
            <Partial>
              {reached.reason} {reached.next}
            </Partial>
          )}
          {live && <Live live={live} />}
        </>
      )}
    </Answered>
  );
}

type LiveState = NonNullable<FromApi<'Repository'>['live']>;

function Live({ live }: { live: LiveState }) {
  const { branch, commit, archived, requiresOurs, faults, switches, config } = live;
  return (
    <>
      <p className={page.quiet}>
        Read from {branch} at {commit.slice(0, 10)}.{' '}
        {archived && 'It is archived: nothing is done in it. '}
        {requiresOurs
          ? 'The check of Gatehouse is required there.'
          : 'The check of Gatehouse is not required there: a ruleset of the branch makes it so.'}
      </p>
      {faults.length > 0 && (
        <>
          <Partial>
            Its rules have faults: nothing is permitted here until they are corrected.
          </Partial>
          <Table
            label="Faults"
            columns={[{ title: 'Where' }, { title: 'What', long: true }]}
            rows={faults.map(({ file, line, message }) => ({
              key: `${file}:${line} ${message}`,
              cells: [`${file} line ${line}`, message],
            }))}
          />
        </>
      )}
      <h2>What is switched on</h2>
      <Table
        label="What is switched on"
        columns={[{ title: 'Setting' }, { title: 'State' }, { title: 'What it does', long: true }]}
        rows={switches.map(({ name, on, says }) => ({
          key: name,
          cells: [name, on ? 'On' : 'Off', says],
        }))}
      />
      <Toolchain live={live} />
      <h2>Configuration as it is read</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is scrolled has to be reached by keys. */}
      <pre className={page.text} tabIndex={0}>
        {JSON.stringify(config, null, 2)}
      </pre>
    </>
  );
}

function Toolchain({ live }: { live: LiveState }) {
  const { toolchain, toolchainFaults, commands } = live;
  const because = (name: string) =>
    toolchain?.found.find(each => each.name === name)?.because ?? 'its configuration names it';
  return (
    <>
      <h2>Toolchain</h2>
      {toolchainFaults.map(fault => (
        <Partial key={fault}>{fault}</Partial>
      ))}
      {commands.length === 0 && (
        <Partial>
          No command was found, and the configuration names none. Name them in{' '}
          <code>.github/gatehouse.yml</code>, under <code>commands</code>.
        </Partial>
      )}
      {commands.length > 0 && (
        <Table
          label="Commands"
          columns={[{ title: 'Command' }, { title: 'Runs' }, { title: 'Why', long: true }]}
          rows={commands.map(({ name, argv }) => ({
            key: name,
            cells: [name, <code key="argv">{argv.join(' ')}</code>, because(name)],
          }))}
        />
      )}
      {toolchain && (
        <p className={page.quiet}>
          Registries of: {toolchain.ecosystems.join(', ') || 'none'}. {toolchain.notes.join(' ')}
        </p>
      )}
    </>
  );
}
