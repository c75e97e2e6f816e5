/** What is spent and left, by what it is spent on, and what waits for a higher cap. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { API_ROOT } from '../shell/address.ts';
import { ChosenSums } from '../show/chosen-sums.tsx';
import { PageTitle } from '../show/page-title.tsx';
import { Answered } from '../states/answered.tsx';
import { Caps } from './caps.tsx';
import { Days } from './days.tsx';
import { spendsQuery } from './queries.ts';
import { GROUPS, readSpendSearch } from './search.ts';
import { Spent } from './spent.tsx';

const route = getRouteApi('/budgets');

export function Budgets() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const group: keyof typeof GROUPS = search.group ?? 'repository';
  const query = { ...search, group };
  const spends = useQuery(spendsQuery(query));
  const asked = new URLSearchParams(query);
  return (
    <>
      <PageTitle title="Budgets" />
      <h2>Spent</h2>
      <ChosenSums
        groups={GROUPS}
        texts={{ repository: 'Repository' }}
        search={search}
        apply={given => void navigate({ to: '/budgets', search: readSpendSearch(given) })}
      />
      <p>
        <a href={new URL(`api/v1/spends.csv?${asked}`, API_ROOT).href} download>
          Download as CSV
        </a>
      </p>
      <Answered query={spends} what="what was spent">
        {account => <Spent account={account} title={GROUPS[group]} />}
      </Answered>
      <Days search={search} />
      <Caps />
    </>
  );
}
