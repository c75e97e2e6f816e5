/** What the person who looks is asked to approve or decide. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answerOf, api, type FromApi } from '../api/client.ts';
import { count } from '../show/count.ts';
import { Said } from '../show/said.tsx';
import { When } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';
import css from './home.module.css';

/** More are in the inbox. */
const SHOWN = 5;

export function WaitingForYou() {
  const asked = useQuery({
    queryKey: ['approvals', 'tile'],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/approvals', { params: { query: { list: 'mine', limit: SHOWN } }, signal }),
      ),
  });
  return (
    <section className={css.tile} aria-labelledby="waiting-for-you">
      <h2 id="waiting-for-you">
        <Link to="/approvals">Waiting for you</Link>
      </h2>
      <Answered query={asked} what="what waits for you" within>
        {({ items, backlogs, questions, counts }) => (
          <>
            {counts.mine === 0 && (
              <p className={css.none}>Nothing waits for your approval or your answer.</p>
            )}
            <ul className={css.rows}>
              {backlogs.slice(0, SHOWN).map(backlog => (
                <BacklogRow key={backlog.id} backlog={backlog} />
              ))}
              {questions.slice(0, SHOWN).map(question => (
                <QuestionRow key={question.task} question={question} />
              ))}
              {items.map(item => (
                <li key={`${item.task} ${item.approval}`}>
                  <Link
                    to="/tasks/$task/approvals/$approval"
                    params={{ task: item.task, approval: item.approval }}
                    className={css.row}
                    data-row
                  >
                    <span className={css.title}>{item.title}</span>
                    <span className={css.reason}>
                      <Said text={item.reason} />
                    </span>
                    <span className={css.quiet}>
                      {item.repository} · <When at={item.requestedAt} />
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
            {counts.mine > items.length + shownOf(backlogs) + shownOf(questions) && (
              <p className={css.none}>{count(counts.mine)} in all.</p>
            )}
          </>
        )}
      </Answered>
    </section>
  );
}

const shownOf = (all: readonly unknown[]): number => Math.min(SHOWN, all.length);

function QuestionRow({ question: asked }: { question: FromApi<'InboxQuestion'> }) {
  const { task, title, repository, question, askedAt } = asked;
  return (
    <li>
      <Link to="/tasks/$task" params={{ task }} className={css.row} data-row>
        <span className={css.title}>{title}</span>
        <span className={css.reason}>
          <Said text={question} />
        </span>
        <span className={css.quiet}>
          {repository} · <When at={askedAt} />
        </span>
      </Link>
    </li>
  );
}

function BacklogRow({ backlog }: { backlog: FromApi<'BacklogSummary'> }) {
  const { id, title, repository, waits } = backlog;
  return (
    <li>
      <Link to="/backlogs/$backlog" params={{ backlog: id }} className={css.row} data-row>
        <span className={css.title}>{title}</span>
        {waits && (
          <span className={css.reason}>
            <Said text={waits.reason} />
          </span>
        )}
        <span className={css.quiet}>
          {repository}
          {waits && (
            <>
              {' '}
              · <When at={waits.since} />
            </>
          )}
        </span>
      </Link>
    </li>
  );
}
