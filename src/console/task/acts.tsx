/** What a person may do to a task: the server says what, and why not. */
import { Button } from '@primer/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api, type FromApi } from '../api/client.ts';
import { useKeptFocus } from '../shell/focus.ts';
import { Sure } from '../show/sure.tsx';
import { Answered } from '../states/answered.tsx';
import { Refused } from '../states/refused.tsx';
import css from './acts.module.css';
import { AnswerForm } from './answer-form.tsx';
import { actsQuery } from './queries.ts';

type SteeringAct = 'pause' | 'resume' | 'retry' | 'unlock' | 'cancel';
type SentAct = Extract<FromApi<'Act'>, { act: SteeringAct | 'override' }>;

const STEERING: Record<SteeringAct, string> = {
  pause: 'Pause',
  resume: 'Resume',
  retry: 'Try again',
  unlock: 'Free the branch',
  cancel: 'Cancel',
};
/** What somebody is told who has done it. */
const DONE: Record<SentAct['act'], string> = {
  pause: 'You paused it.',
  resume: 'It goes on.',
  retry: 'It is tried again.',
  unlock: 'Policy is asked whether the branch may be freed; the events say what came of it.',
  cancel: 'You canceled it.',
  override: 'The work goes on as it is: policy is asked whether it is published.',
};
const NAMES = Object.keys(STEERING) as SteeringAct[];

export function Acts({ task }: { task: FromApi<'Task'> }) {
  const query = useQuery(actsQuery(task.id));
  return (
    <section className={css.acts} aria-label="What you can do">
      <Answered query={query} what="what you can do" within>
        {({ acts }) => <Offered task={task} acts={acts} />}
      </Answered>
    </section>
  );
}

type Offers = FromApi<'ActOffers'>['acts'];

function Offered({ task, acts }: { task: FromApi<'Task'>; acts: Offers }) {
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
  const offers = acts.filter(({ act }) => NAMES.some(name => name === act));
  const may = NAMES.filter(name => offers.some(({ act, because }) => act === name && !because));
  // Hardly anybody ever needs to free a branch: who may not is not told so each time.
  const mayNot = offers.filter(({ act, because }) => because !== null && act !== 'unlock');
  const reasons = new Set(mayNot.map(({ because }) => because));
  const onlyReason = (may.length === 0 && reasons.size === 1 && mayNot[0]?.because) || null;
  const mayOverride = acts.some(({ act, because }) => act === 'override' && !because);
  const whyNoAnswer = offers.find(({ act }) => act === 'retry')?.because ?? null;
  const focus = useKeptFocus();
  return (
    <div {...focus}>
      {task.question !== null && may.includes('retry') && (
        <AnswerForm
          busy={done.isPending}
          send={says => done.mutate({ act: 'retry', says })}
          override={mayOverride ? says => done.mutate({ act: 'override', says }) : undefined}
        />
      )}
      {task.question !== null && whyNoAnswer !== null && <p>You can't answer it: {whyNoAnswer}.</p>}
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
        <div className={css.sure}>
          <Sure
            what={`${STEERING[asking]} ${asking === 'unlock' ? 'of ' : ''}this task?`}
            busy={done.isPending}
            yes={() =>
              done.mutate(asking === 'retry' ? { act: 'retry', says: '' } : { act: asking })
            }
            no={() => setAsking(null)}
          />
        </div>
      )}
      {done.isSuccess && <p role="status">{became(done.variables)}</p>}
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
  );
}

const became = (sent: SentAct): string =>
  sent.act === 'retry' && sent.says !== '' ? 'You answered it.' : DONE[sent.act];
