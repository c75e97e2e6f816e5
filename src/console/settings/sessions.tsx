/** One's own sessions: where one is signed in, and an end to each. */
import { Button } from '@primer/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { answerOf, api, type FromApi } from '../api/client.ts';
import { When } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';
import { Refused } from '../states/refused.tsx';
import css from './settings.module.css';

type ShownSession = FromApi<'Session'>;

export function Sessions() {
  const query = useQuery({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/sessions', { signal })),
  });
  return (
    <section aria-labelledby="sessions" className={css.part}>
      <h2 id="sessions">Sessions</h2>
      <Answered query={query} what="your sessions">
        {({ sessions }) => (
          <>
            <p className={css.quiet}>
              A session ends after eight hours without use, and after seven days in any case.
            </p>
            <ul className={css.rows}>
              {sessions.map(session => (
                <Row key={session.id} session={session} />
              ))}
            </ul>
            {sessions.length === 0 && <p>You have no other session.</p>}
          </>
        )}
      </Answered>
    </section>
  );
}

function Row({ session: { id, current, browser, madeAt, usedAt } }: { session: ShownSession }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const end = useMutation({
    mutationFn: () =>
      answerOf(api.DELETE('/api/v1/sessions/{session}', { params: { path: { session: id } } })),
    onSuccess: async () => {
      if (!current) return client.invalidateQueries({ queryKey: ['sessions'] });
      // What was shown to whoever was signed in is shown to nobody else.
      client.clear();
      await navigate({ to: '/sign-in', search: {} });
    },
  });
  return (
    <li className={css.row}>
      <div>
        <div>{browser || 'A browser that does not say which it is'}</div>
        <div className={css.quiet}>
          {current && 'This one · '}signed in <When at={madeAt} />, used <When at={usedAt} />
        </div>
        <Refused error={end.error} />
      </div>
      <Button
        size="small"
        variant={current ? 'default' : 'danger'}
        disabled={end.isPending}
        onClick={() => end.mutate()}
      >
        {current ? 'Sign out' : 'End'}
      </Button>
    </li>
  );
}
