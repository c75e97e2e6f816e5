/** What this person may do about a request: approve, deny with a reason, not now; or why they may not. */
import { Button, Dialog } from '@primer/react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { FromApi } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';
import { useKeptFocus } from '../shell/focus.ts';
import { useShortcuts } from '../shell/keys.ts';
import { Said } from '../show/said.tsx';
import css from './approvals.module.css';
import { Exactly } from './exactly.tsx';
import { useAct } from './queries.ts';
import { WhyNot } from './why-not.tsx';

type Answer = 'approve' | 'deny' | 'revoke';

const VERBS: Record<Answer, string> = {
  approve: 'Approve',
  deny: 'Deny',
  revoke: 'Take back my approval',
};

export function AnswerBar({ request }: { request: FromApi<'Approval'> }) {
  const { digest, aside, acts, waiting } = request;
  const act = useAct(request.task);
  const [asked, ask] = useState<Answer | null>(null);
  const whyNot = (name: string) => acts.find(offer => offer.act === name)?.because;
  const may = (name: string) => waiting && digest !== null && whyNot(name) === null;
  const [mayApprove, mayDeny] = [may('approve'), may('deny')];
  useShortcuts([
    ...(mayApprove
      ? [{ keys: 'a', says: 'Approve, after a question', run: () => ask('approve') }]
      : []),
    ...(mayDeny ? [{ keys: 'd', says: 'Deny, with a reason', run: () => ask('deny') }] : []),
  ]);
  const because = whyNot('approve');
  return (
    <div className={css.bar} {...useKeptFocus()}>
      {act.error && <NotTaken request={request} error={act.error} />}
      {act.isSuccess && act.variables.act === 'approve' && (
        <p role="status">You approved it. What comes of that is judged now.</p>
      )}
      {act.isSuccess && act.variables.act === 'deny' && <p role="status">You denied it.</p>}
      {act.isSuccess && act.variables.act === 'revoke' && (
        <p role="status">You took your approval back.</p>
      )}
      {waiting && !mayApprove && because && (
        <p>
          You can't approve it: <Said text={because} />.
        </p>
      )}
      <div className={css.buttons}>
        {mayApprove && (
          <Button variant="primary" onClick={() => ask('approve')} disabled={act.isPending}>
            Approve …
          </Button>
        )}
        {mayDeny && (
          <Button variant="danger" onClick={() => ask('deny')} disabled={act.isPending}>
            Deny …
          </Button>
        )}
        {mayApprove && (
          <Button
            disabled={act.isPending}
            onClick={() =>
              act.mutate({ act: aside ? 'take_up' : 'put_aside', approval: request.id })
            }
          >
            {aside ? 'Remind me again' : 'Not now'}
          </Button>
        )}
        {whyNot('revoke') === null && (
          <Button onClick={() => ask('revoke')} disabled={act.isPending}>
            Take back my approval …
          </Button>
        )}
      </div>
      {asked !== null && digest !== null && (
        <Confirm
          request={request}
          asked={asked}
          onClose={() => ask(null)}
          onAnswer={reason => {
            ask(null);
            act.mutate(answerWith(asked, digest, reason));
          }}
        />
      )}
    </div>
  );
}

function answerWith(asked: Answer, digest: string, reason: string): FromApi<'Act'> {
  switch (asked) {
    case 'approve':
      return { act: 'approve', digest };
    case 'deny':
      return { act: 'deny', digest, reason };
    case 'revoke':
      return { act: 'revoke' };
  }
}

function Confirm(props: {
  request: FromApi<'Approval'>;
  asked: Answer;
  onClose: () => void;
  onAnswer: (reason: string) => void;
}) {
  const { request, asked, onClose, onAnswer } = props;
  const [reason, setReason] = useState('');
  const verb = VERBS[asked];
  return (
    <Dialog
      title={asked === 'revoke' ? `${verb}?` : `${verb} this?`}
      onClose={onClose}
      footerButtons={[
        { content: 'Back', onClick: onClose },
        {
          content: verb,
          buttonType: asked === 'approve' ? 'primary' : 'danger',
          onClick: () => onAnswer(reason),
        },
      ]}
    >
      <p>
        To <Exactly text={request.what} />
        {request.capsule?.head && (
          <>
            {' '}
            at <code>{request.capsule.head.slice(0, 7)}</code>
          </>
        )}{' '}
        (<code>{request.capsuleId}</code>).
      </p>
      {asked === 'deny' && (
        <WhyNot value={reason} onChange={setReason} shown="It is shown where the task reports." />
      )}
    </Dialog>
  );
}

/** Somebody else was first, something changed meanwhile, or the person may not. */
function NotTaken({ request, error }: { request: FromApi<'Approval'>; error: Error }) {
  const problem = error instanceof ApiProblem ? error : null;
  const fresh = problem?.fresh ?? null;
  return (
    <div className={css.problem} role="alert">
      <p>
        <Said text={`${error.message} ${problem?.next ?? ''}`} />
      </p>
      {fresh !== null && fresh !== request.id && (
        <Link
          to="/tasks/$task/approvals/$approval"
          params={{ task: request.task, approval: fresh }}
        >
          Look at what waits now
        </Link>
      )}
    </div>
  );
}
