/** What a person may do to a task: the server says what, and why not. */
import { Button, FormControl, Textarea } from '@primer/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { answerOf, api, type FromApi } from '../api/client.ts';
import { useKeptFocus } from '../shell/focus.ts';
import { Refused } from '../states/refused.tsx';
import css from './acts.module.css';
import { actsQuery } from './queries.ts';

type SentAct = FromApi<'Act'>;
type SteeringAct = 'pause' | 'resume' | 'retry' | 'cancel';

const STEERING: Record<SteeringAct, string> = {
  pause: 'Pause',
  resume: 'Resume',
  retry: 'Try again',
  cancel: 'Cancel',
};
const NAMES = Object.keys(STEERING) as SteeringAct[];

export function Acts({ task }: { task: FromApi<'Task'> }) {
  const { data } = useQuery(actsQuery(task.id));
  const client = useQueryClient();
  const [asking, setAsking] = useState<SteeringAct | null>(null);
  const done = useMutation({
    mutationFn: (act: SentAct) =>
      answerOf(
        api.POST('/api/v1/tasks/{task}/acts', { params: { path: { task: task.id } }, body: act }),
      ),
    onSuccess: () => setAsking(null),
    onSettled: () => client.invalidateQueries({ queryKey: ['task', task.id] }),
  });
  const offers = data?.acts.filter(({ act }) => NAMES.some(name => name === act)) ?? [];
  const may = NAMES.filter(name => offers.some(({ act, because }) => act === name && !because));
  const mayNot = offers.filter(({ because }) => because !== null);
  const reasons = new Set(mayNot.map(({ because }) => because));
  const onlyReason = (may.length === 0 && reasons.size === 1 && mayNot[0]?.because) || null;
  const whyNoAnswer = offers.find(({ act }) => act === 'retry')?.because ?? null;
  const focus = useKeptFocus();
  return (
    <section className={css.acts} aria-label="What you can do">
      <div {...focus}>
        {task.question !== null && may.includes('retry') && (
          <Answer busy={done.isPending} send={says => done.mutate({ act: 'retry', says })} />
        )}
        {task.question !== null && whyNoAnswer !== null && (
          <p>You can't answer it: {whyNoAnswer}.</p>
        )}
        <div className={css.buttons}>
          {may.map(name => (
            <Button
              key={name}
              variant={name === 'cancel' ? 'danger' : 'default'}
              disabled={done.isPending}
              aria-expanded={name === asking}
              onClick={() => setAsking(name === asking ? null : name)}
            >
              {STEERING[name]}
            </Button>
          ))}
        </div>
        {asking && may.includes(asking) && (
          <div className={css.sure} role="alert">
            {STEERING[asking]} this task?{' '}
            <Button
              variant="primary"
              loading={done.isPending}
              onClick={() =>
                done.mutate(asking === 'retry' ? { act: 'retry', says: '' } : { act: asking })
              }
            >
              Yes
            </Button>{' '}
            <Button onClick={() => setAsking(null)}>No</Button>
          </div>
        )}
        <Refused error={done.error} />
        {onlyReason !== null && (
          <p className={css.quiet}>You can't act on this task: {onlyReason}.</p>
        )}
        {onlyReason === null && mayNot.length > 0 && (
          <details>
            <summary>What you can't do now</summary>
            <ul>
              {mayNot.map(({ act, because }) => (
                <li key={act}>
                  {STEERING[act as SteeringAct]}: {because}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </section>
  );
}

function Answer({ busy, send }: { busy: boolean; send: (says: string) => void }) {
  const answer = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const says = String(new FormData(event.currentTarget).get('says')).trim();
    if (says !== '') send(says);
  };
  return (
    <form className={css.answer} onSubmit={answer}>
      <FormControl>
        <FormControl.Label>Your answer</FormControl.Label>
        <Textarea name="says" rows={3} block />
      </FormControl>
      <Button type="submit" variant="primary" loading={busy}>
        Answer
      </Button>
    </form>
  );
}
