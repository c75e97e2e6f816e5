/** Which runs of agents failed: by what, how that was day by day, and the latest of them. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ChosenSums } from '../show/chosen-sums.tsx';
import { count, counted } from '../show/count.ts';
import page from '../show/page.module.css';
import { PageTitle } from '../show/page-title.tsx';
import { Answered } from '../states/answered.tsx';
import { Empty } from '../states/state.tsx';
import { FailureDays } from './days.tsx';
import { Groups } from './groups.tsx';
import { Latest } from './latest.tsx';
import { failuresQuery } from './queries.ts';
import { type FailuresBy, GROUPS, readFailureSearch } from './search.ts';

const route = getRouteApi('/failures');

const TEXTS = { code: 'Code', role: 'Role', repository: 'Repository' };

export function Failures() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const group: FailuresBy = search.group ?? 'code';
  const failures = useQuery(failuresQuery({ ...search, group }));
  return (
    <>
      <PageTitle title="Failures" />
      <ChosenSums
        groups={GROUPS}
        texts={TEXTS}
        search={search}
        apply={given => void navigate({ to: '/failures', search: readFailureSearch(given) })}
      />
      <Answered query={failures} what="the failures">
        {answer =>
          answer.total.failed === 0 ? (
            <Empty title="No run failed">
              In this time {counted(answer.total.runs, 'run')} of agents ended in the repositories
              that you may see, and none of what you chose failed.
            </Empty>
          ) : (
            <>
              <p>
                {count(answer.total.failed)} of {counted(answer.total.runs, 'run')} of agents
                failed.
              </p>
              <Groups answer={answer} search={search} />
              <FailureDays search={search} />
              <h2>The latest</h2>
              <Latest runs={answer.latest} />
            </>
          )
        }
      </Answered>
      <p className={page.quiet}>
        A run that failed may have been tried again, or done by the next agent of its chain. Work
        that was done and did not stand is with the agents.
      </p>
    </>
  );
}
