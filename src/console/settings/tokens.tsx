/** Machine tokens of the repositories that one operates. */
import { Button } from '@primer/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answerOf, api, type FromApi } from '../api/client.ts';
import { Sure } from '../show/sure.tsx';
import { When } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';
import { Refused } from '../states/refused.tsx';
import { NewToken } from './new-token.tsx';
import css from './settings.module.css';

type Token = FromApi<'MachineToken'>;

export function Tokens() {
  const query = useQuery({
    queryKey: ['tokens'],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/tokens', { signal })),
  });
  return (
    <section aria-labelledby="tokens" className={css.part}>
      <h2 id="tokens">Machine tokens</h2>
      <p className={css.quiet}>Other systems start work with them. A token approves nothing.</p>
      <Answered query={query} what="the tokens">
        {({ tokens, commands }) => (
          <>
            <ul className={css.rows}>
              {tokens.map(token => (
                <Row key={token.id} token={token} />
              ))}
            </ul>
            {tokens.length === 0 && <p>There are no tokens for your repositories.</p>}
            <NewToken commands={commands} />
          </>
        )}
      </Answered>
    </section>
  );
}

function Row({ token }: { token: Token }) {
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: () =>
      answerOf(api.DELETE('/api/v1/tokens/{token}', { params: { path: { token: token.id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
  const [asking, ask] = useState(false);
  const { id, project, repositories, commands, trusted, reads } = token;
  const may = [...commands, ...(reads ? ['reads tasks'] : []), ...(trusted ? ['trusted'] : [])];
  return (
    <li className={css.row}>
      <div>
        <div>
          <strong>{project}</strong> <code>{id}</code>
        </div>
        <div>{repositories.map(({ name }) => name).join(', ')}</div>
        <div className={css.quiet}>
          {may.join(', ')} · <State token={token} />
        </div>
        {asking && token.revokedAt === null && (
          <Sure
            what="Revoke it? Whatever uses it is refused from then on, and what it started begins nothing more."
            busy={end.isPending}
            yes={() => end.mutate()}
            no={() => ask(false)}
          />
        )}
        {end.data && end.data.open.length > 0 && <StillOpen tasks={end.data.open} />}
        <Refused error={end.error} />
      </div>
      {token.revokedAt === null && (
        <Button
          size="small"
          variant="danger"
          aria-label={`Revoke the token ${id} of ${project}`}
          aria-expanded={asking}
          onClick={() => ask(!asking)}
        >
          Revoke
        </Button>
      )}
    </li>
  );
}

/** What still runs is ended by people, task by task. */
const StillOpen = ({ tasks }: { tasks: readonly string[] }) => (
  <>
    <p>What it started begins nothing more. What still runs of it is ended by:</p>
    <ul className={css.quiet}>
      {tasks.map(task => (
        <li key={task}>
          <code>gatehouse cancel {task}</code>, or Cancel on{' '}
          <Link to="/tasks/$task" params={{ task }}>
            its page
          </Link>
        </li>
      ))}
    </ul>
  </>
);

function State({ token: { revokedAt, expiresAt, lastUsedAt } }: { token: Token }) {
  if (revokedAt !== null)
    return (
      <>
        revoked <When at={revokedAt} />
      </>
    );
  const over = Date.parse(expiresAt) <= Date.now();
  return (
    <>
      {over ? 'expired' : 'good until'} <When at={expiresAt} />,{' '}
      {lastUsedAt === null ? (
        'never used'
      ) : (
        <>
          last used <When at={lastUsedAt} />
        </>
      )}
    </>
  );
}
