/** One request: exactly what will happen, why people are asked, what it is bound to, and the change. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { FromApi } from '../api/client.ts';
import { PageTitle } from '../show/page-title.tsx';
import { Said } from '../show/said.tsx';
import { When } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';
import { Loading } from '../states/state.tsx';
import { AnswerBar } from './answer-bar.tsx';
import css from './approvals.module.css';
import { Exactly } from './exactly.tsx';
import { approvalQuery } from './queries.ts';
import { Statements } from './statements.tsx';

const ChangeView = lazy(() =>
  import('../diff/change.tsx').then(({ ChangeView }) => ({ default: ChangeView })),
);
const route = getRouteApi('/tasks/$task/approvals/$approval');

export function RequestPage() {
  const { task, approval } = route.useParams();
  const query = useQuery(approvalQuery(task, approval));
  return (
    <Answered query={query} what="the request" title="Request">
      {shown => <Request key={`${task} ${approval}`} request={shown} />}
    </Answered>
  );
}

type Asked = { request: FromApi<'Approval'> };

function Request({ request }: Asked) {
  const { task, what } = request;
  const number = request.pull ?? request.issue;
  return (
    <article className={css.request}>
      <PageTitle title={`Request: ${request.title}`}>
        <Exactly text={`${what.slice(0, 1).toUpperCase()}${what.slice(1)}`} />
      </PageTitle>
      <p className={css.quiet}>
        <Link to="/tasks/$task" params={{ task }}>
          <bdi>{request.title}</bdi>
        </Link>{' '}
        · {request.command} for {request.requester} ·{' '}
        {request.web === null ? (
          request.repository
        ) : (
          <a href={request.web}>
            {request.repository}
            {number !== null && `#${number}`}
          </a>
        )}{' '}
        · asked <When at={request.requestedAt} /> · as of event {request.asOf.event}
      </p>
      <p className={css.sentence}>
        <Exactly text={request.sentence} />
      </p>
      <AnswerBar request={request} />
      <WhyAsked request={request} />
      <WhatIsApproved request={request} />
      <Statements request={request} />
      {request.capsule?.tree && <TheChange request={request} />}
    </article>
  );
}

function WhyAsked({ request: { reasons, findings } }: Asked) {
  return (
    <section>
      <h2>Why people are asked</h2>
      <ul className={css.list}>
        {reasons.map(reason => (
          <li key={reason}>
            <Said text={reason} />
          </li>
        ))}
      </ul>
      {findings.length > 0 && (
        <>
          <h3>Found in the change</h3>
          <ul className={css.list}>
            {findings.map(({ kind, path, reason }) => (
              <li key={`${kind} ${path} ${reason}`}>
                {path !== '' && (
                  <code>
                    <Exactly text={path} />
                  </code>
                )}{' '}
                {reason}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function WhatIsApproved({ request }: Asked) {
  const { capsule, before } = request;
  return (
    <section>
      <h2>What is approved</h2>
      <p>
        Exactly this, once. An approval holds for {request.holdsForHours} hours. It takes approval
        by {request.whoApproves}.
      </p>
      <dl className={css.facts}>
        <dt>Capsule</dt>
        <dd>
          <code>{request.digest ?? 'none'}</code>
        </dd>
        {capsule && (
          <>
            <dt>Base</dt>
            <dd>
              {capsule.base.ref} at <code>{capsule.base.sha.slice(0, 12)}</code>
            </dd>
            <dt>Head</dt>
            <dd>
              {capsule.head ? <code>{capsule.head.slice(0, 12)}</code> : 'nothing is pushed yet'}
            </dd>
          </>
        )}
      </dl>
      {before && (
        <p>
          It was approved before by {before.by.map(({ login }) => login).join(', ')},{' '}
          <When at={before.at} />. Since then {request.changes.join(', ')} changed.
        </p>
      )}
    </section>
  );
}

/** All of it, or what has changed since it was approved before. */
function TheChange({ request: { task, id, before } }: Asked) {
  const [since, setSince] = useState<'base' | 'approval'>('base');
  return (
    <section>
      <h2>The change</h2>
      {before?.head && (
        <p className={css.tabs}>
          <button
            type="button"
            className={css.tab}
            aria-pressed={since === 'base'}
            onClick={() => setSince('base')}
          >
            All of it
          </button>
          <button
            type="button"
            className={css.tab}
            aria-pressed={since === 'approval'}
            onClick={() => setSince('approval')}
          >
            Since it was approved
          </button>
        </p>
      )}
      <Suspense fallback={<Loading what="the change" />}>
        <ChangeView task={task} of={{ approval: id, since }} />
      </Suspense>
    </section>
  );
}
