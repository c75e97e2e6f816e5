/** What is spent and left, by what it is spent on, and what waits for a higher cap. */
import { Button, FormControl, Select, TextInput } from '@primer/react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { API_ROOT } from '../shell/address.ts';
import { useKeptFocus } from '../shell/focus.ts';
import page from '../show/page.module.css';
import { PageTitle } from '../show/page-title.tsx';
import { Answered } from '../states/answered.tsx';
import { Caps } from './caps.tsx';
import { Days } from './days.tsx';
import { spendsQuery } from './queries.ts';
import { GROUPS, readSpendSearch, type SpendSearch } from './search.ts';
import { Spent } from './spent.tsx';

const route = getRouteApi('/budgets');

export function Budgets() {
  const search = route.useSearch();
  const group: keyof typeof GROUPS = search.group ?? 'repository';
  const query = { ...search, group };
  const spends = useQuery(spendsQuery(query));
  const asked = new URLSearchParams(query);
  return (
    <>
      <PageTitle title="Budgets" />
      <h2>Spent</h2>
      <Chosen search={search} />
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

function Chosen({ search }: { search: SpendSearch }) {
  const navigate = useNavigate();
  const apply = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.currentTarget));
    void navigate({ to: '/budgets', search: readSpendSearch(given) });
  };
  return (
    <div {...useKeptFocus()}>
      <form key={JSON.stringify(search)} className={page.chosen} onSubmit={apply}>
        <FormControl>
          <FormControl.Label>By</FormControl.Label>
          <Select name="group" defaultValue={search.group ?? 'repository'}>
            {Object.entries(GROUPS).map(([name, title]) => (
              <Select.Option key={name} value={name}>
                {title}
              </Select.Option>
            ))}
          </Select>
        </FormControl>
        <FormControl>
          <FormControl.Label>Repository</FormControl.Label>
          <TextInput name="repository" defaultValue={search.repository ?? ''} />
        </FormControl>
        <FormControl>
          <FormControl.Label>From (UTC)</FormControl.Label>
          <TextInput type="date" name="from" defaultValue={search.from ?? ''} />
        </FormControl>
        <FormControl>
          <FormControl.Label>To (UTC)</FormControl.Label>
          <TextInput type="date" name="to" defaultValue={search.to ?? ''} />
        </FormControl>
        <Button type="submit">Show</Button>
      </form>
    </div>
  );
}
