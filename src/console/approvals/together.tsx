/** Requests that are alike are answered together: each by its own digest, and only those that are chosen. */
import { Button, Checkbox, Dialog, FormControl } from '@primer/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answerOf, api, type FromApi } from '../api/client.ts';
import { counted } from '../show/count.ts';
import { Said } from '../show/said.tsx';
import { Refused } from '../states/refused.tsx';
import css from './approvals.module.css';
import { Exactly } from './exactly.tsx';
import { WhyNot } from './why-not.tsx';

type InboxRequest = FromApi<'InboxItem'>;
type Says = 'approve' | 'deny';
type Asked = { says: Says; items: InboxRequest[] };

/** As many as the API takes at once. */
const MOST = 50;

const VERBS = { approve: 'Approve', deny: 'Deny' } as const;

export function Together({ items }: { items: InboxRequest[] }) {
  const client = useQueryClient();
  const [asked, ask] = useState<Asked | null>(null);
  const answer = useMutation({
    mutationFn: ({ says, items: chosen, reason }: Asked & { reason: string }) => {
      const requests = chosen.flatMap(({ task, digest }) => (digest ? [{ task, digest }] : []));
      const body = says === 'approve' ? { says, requests } : { says, requests, reason };
      return answerOf(api.POST('/api/v1/approvals/answers', { body }));
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['approvals'] }),
  });
  const waiting = items.filter(({ waiting, digest, answered }) => waiting && digest && !answered);
  const groups = [...Map.groupBy(waiting, ({ alike }) => alike)].filter(
    ([alike, all]) => alike !== null && all.length > 1,
  );
  return (
    <>
      <Refused error={answer.error} />
      {answer.data && answer.variables && (
        <Outcomes
          says={answer.variables.says}
          answers={answer.data.answers}
          items={answer.variables.items}
        />
      )}
      {groups.map(([alike, all]) => (
        <section key={alike} className={css.together} aria-label={`${all.length} requests alike`}>
          <span>
            {all.length} of these ask for the same, for the same reason: to{' '}
            <Exactly text={all[0]?.what ?? ''} />.
            {all.length > MOST && ` They are answered ${MOST} at a time.`}
          </span>
          <span className={css.buttons}>
            {(['approve', 'deny'] as const).map(says => (
              <Button
                key={says}
                size="small"
                onClick={() => ask({ says, items: all.slice(0, MOST) })}
                loading={answer.isPending}
              >
                {VERBS[says]} together …
              </Button>
            ))}
          </span>
        </section>
      ))}
      {asked && (
        <Chosen
          asked={asked}
          onClose={() => ask(null)}
          onAnswer={(chosen, reason) => {
            ask(null);
            answer.mutate({ ...asked, items: chosen, reason });
          }}
        />
      )}
    </>
  );
}

function Name({ of: { repository, pull, issue, title } }: { of: InboxRequest }) {
  const number = pull ?? issue;
  return (
    <>
      {repository}
      {number !== null && `#${number}`}: <bdi>{title}</bdi>
    </>
  );
}

function Chosen(props: {
  asked: Asked;
  onClose: () => void;
  onAnswer: (chosen: InboxRequest[], reason: string) => void;
}) {
  const { asked, onClose, onAnswer } = props;
  const [left, setLeft] = useState<ReadonlySet<InboxRequest>>(new Set());
  const [reason, setReason] = useState('');
  const chosen = asked.items.filter(item => !left.has(item));
  const turn = (item: InboxRequest) =>
    setLeft(before => before.symmetricDifference(new Set([item])));
  return (
    <Dialog
      title={`${VERBS[asked.says]} these?`}
      onClose={onClose}
      footerButtons={[
        { content: 'Back', onClick: onClose },
        {
          content: `${VERBS[asked.says]} ${chosen.length}`,
          buttonType: asked.says === 'approve' ? 'primary' : 'danger',
          disabled: chosen.length === 0,
          onClick: () => onAnswer(chosen, reason),
        },
      ]}
    >
      {asked.items.map(item => (
        <FormControl key={`${item.task} ${item.approval}`}>
          <Checkbox checked={!left.has(item)} onChange={() => turn(item)} />
          <FormControl.Label>
            <Name of={item} />
          </FormControl.Label>
          <FormControl.Caption>
            To <Exactly text={item.what} /> ({item.capsule})
          </FormControl.Caption>
        </FormControl>
      ))}
      {asked.says === 'deny' && (
        <WhyNot value={reason} onChange={setReason} shown="It is shown where each task reports." />
      )}
    </Dialog>
  );
}

/** What became of each: whoever was refused one sees why, and what waits now. */
function Outcomes(props: {
  says: Says;
  answers: FromApi<'AnsweredTogether'>['answers'];
  items: InboxRequest[];
}) {
  const { says, answers, items } = props;
  const taken = answers.filter(({ problem }) => problem === null).length;
  return (
    <div className={css.problem} role="status">
      <p>
        {taken} of {counted(answers.length, says === 'approve' ? 'approval' : 'denial')} taken.
      </p>
      <ul className={css.list}>
        {answers.map(({ task, digest, problem }) => {
          const item = items.find(each => each.task === task && each.digest === digest);
          if (problem === null || item === undefined) return null;
          return (
            <li key={`${task} ${digest}`}>
              <Name of={item} />: <Said text={`${problem.message} ${problem.next}`} />{' '}
              <Link
                to="/tasks/$task/approvals/$approval"
                params={{ task, approval: problem.fresh?.approval ?? item.approval }}
              >
                Look at it
              </Link>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
