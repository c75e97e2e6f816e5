/** What waits for this person, for anybody, what they put aside, and what is decided. */
import { Button } from '@primer/react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { FromApi } from '../api/client.ts';
import { PageTitle } from '../show/page-title.tsx';
import { Said } from '../show/said.tsx';
import { When } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';
import { Empty } from '../states/state.tsx';
import css from './approvals.module.css';
import { Exactly } from './exactly.tsx';
import { type InboxTab, inboxQuery, LISTS } from './queries.ts';
import { Together } from './together.tsx';
import { WaitingBacklogs } from './waiting-backlogs.tsx';
import { WaitingQuestions } from './waiting-questions.tsx';

const route = getRouteApi('/approvals');
const TITLES = { mine: 'For you', waiting: 'For anybody', aside: 'Put aside', decided: 'Decided' };
const NONE: Record<InboxTab, string> = {
  mine: 'No request and no question waits for you. What others may answer is under "For anybody".',
  waiting: 'No request and no question waits for anybody in the repositories that you may see.',
  aside: 'You have put nothing aside: "Not now" on a request does.',
  decided: 'Nothing was decided yet.',
};

export function Inbox() {
  const { list = 'mine' }: { list?: InboxTab } = route.useSearch();
  const query = useInfiniteQuery(inboxQuery(list));
  const counts = query.data?.pages[0]?.counts;
  return (
    <>
      <PageTitle title="Approvals" />
      <nav className={css.tabs} aria-label="Lists">
        {LISTS.map(tab => (
          <Link
            key={tab}
            to="/approvals"
            search={tab === 'mine' ? {} : { list: tab }}
            className={css.tab}
            activeOptions={{ exact: true, includeSearch: true }}
            activeProps={{ 'aria-current': 'page' }}
          >
            {TITLES[tab]}
            {counts && tab !== 'decided' && ` (${counts[tab]})`}
          </Link>
        ))}
      </nav>
      <Answered query={query} what="the requests">
        {({ pages }) => {
          const items = pages.flatMap(page => page.items);
          const backlogs = pages.flatMap(page => page.backlogs);
          const questions = pages.flatMap(page => page.questions);
          return (
            <>
              {list === 'mine' && <Together items={items} />}
              <WaitingBacklogs backlogs={backlogs} />
              <WaitingQuestions questions={questions} />
              {items.length + backlogs.length + questions.length === 0 && (
                <Empty title="Nothing is here">{NONE[list]}</Empty>
              )}
              <ul className={css.cards}>
                {items.map(item => (
                  <RequestCard key={`${item.task} ${item.approval}`} item={item} />
                ))}
              </ul>
              {query.hasNextPage && (
                <Button onClick={() => void query.fetchNextPage()}>Show more</Button>
              )}
            </>
          );
        }}
      </Answered>
    </>
  );
}

/** What became of a request that waits no more. `by`: those whose approval counted. */
function became({ status, by }: FromApi<'InboxItem'>): string {
  const people = by.join(', ');
  switch (status) {
    case 'granted':
      return `approved by ${people}`;
    case 'used':
      return `approved by ${people}, and used`;
    case 'denied':
      return 'denied';
    case 'void':
      return people === '' ? 'void' : `void, after ${people} approved it`;
    case 'requested':
      return 'not answered before its task ended';
  }
}

function RequestCard({ item }: { item: FromApi<'InboxItem'> }) {
  const { task, approval, repository, pull, issue, title, what, capsule } = item;
  const number = pull ?? issue;
  return (
    <li>
      <Link
        to="/tasks/$task/approvals/$approval"
        params={{ task, approval }}
        className={css.card}
        data-row
      >
        <span className={css.what}>
          <Exactly text={`${what.slice(0, 1).toUpperCase()}${what.slice(1)}`} />
        </span>
        <span>{title}</span>
        {item.reason !== '' && (
          <span>
            <Said text={item.reason} />
          </span>
        )}
        <span className={css.quiet}>
          {repository}
          {number !== null && `#${number}`} · {item.command} for {item.requester} ·{' '}
          {item.waiting ? `by ${item.whoApproves}` : became(item)}
          {item.answered && item.waiting && ' · you have answered'}
          {capsule !== null && ` · ${capsule}`} · <When at={item.changedAt} />
        </span>
      </Link>
    </li>
  );
}
