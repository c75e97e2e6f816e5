/** Policy as it stands, what it would answer, and what a draft of it would change. */
import { Button, FormControl, Select, TextInput } from '@primer/react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { answerOf, api } from '../api/client.ts';
import { useKeptFocus } from '../shell/focus.ts';
import page from '../show/page.module.css';
import { PageTitle } from '../show/page-title.tsx';
import { Answered } from '../states/answered.tsx';
import { Empty, Loading } from '../states/state.tsx';
import { Lab } from './lab.tsx';
import { ACCESS, PERSON_ROLES, type PolicySearch, readPolicySearch } from './search.ts';
import { Standing } from './standing.tsx';
import { WhatIf } from './what-if.tsx';

const route = getRouteApi('/policy');

export function Policy() {
  const search = route.useSearch();
  const repositories = useQuery({
    queryKey: ['repositories'],
    queryFn: () => answerOf(api.GET('/api/v1/repositories')),
  });
  return (
    <>
      <PageTitle title="Policy" />
      <Answered query={repositories} what="the repositories">
        {({ repositories: all }) => {
          const repository = search.repository ?? all[0]?.id;
          if (repository === undefined)
            return (
              <Empty title="There is no repository to show policy for">
                Policy is shown for a repository that has tasks and that you may see.
              </Empty>
            );
          const query = { ...search, repository };
          return (
            <>
              <Chosen repositories={all} query={query} />
              <Shown query={query} />
            </>
          );
        }}
      </Answered>
    </>
  );
}

type Query = PolicySearch & { repository: number };

function Shown({ query }: { query: Query }) {
  const standing = useQuery({
    queryKey: ['policy', query] as const,
    queryFn: () => answerOf(api.GET('/api/v1/policy', { params: { query } })),
    // What somebody has begun to write stays while other settings are answered.
    placeholderData: (shown, last) =>
      last?.queryKey[1].repository === query.repository ? shown : undefined,
  });
  return (
    <Answered query={standing} what="the policy">
      {policy => (
        <>
          {standing.isPlaceholderData ? (
            <Loading what="the policy" />
          ) : (
            <Standing policy={policy} />
          )}
          <WhatIf query={query} actions={policy.answers.map(({ action }) => action)} />
          <Lab key={query.repository} repository={query.repository} policy={policy} />
        </>
      )}
    </Answered>
  );
}

function Chosen({
  repositories,
  query,
}: {
  repositories: readonly { id: number; name: string }[];
  query: Query;
}) {
  const navigate = useNavigate();
  const apply = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.currentTarget));
    void navigate({ to: '/policy', search: readPolicySearch(given) });
  };
  return (
    <div {...useKeptFocus()}>
      <form key={JSON.stringify(query)} className={page.chosen} onSubmit={apply}>
        <FormControl>
          <FormControl.Label>Repository</FormControl.Label>
          <Select name="repository" defaultValue={String(query.repository)}>
            {repositories.map(({ id, name }) => (
              <Select.Option key={id} value={String(id)}>
                {name}
              </Select.Option>
            ))}
          </Select>
        </FormControl>
        <FormControl>
          <FormControl.Label>Role of the agent</FormControl.Label>
          <TextInput name="role" defaultValue={query.role ?? 'author'} />
        </FormControl>
        <FormControl>
          <FormControl.Label>For a person with access to</FormControl.Label>
          <Select name="requester" defaultValue={query.requester ?? 'write'}>
            {PERSON_ROLES.map(role => (
              <Select.Option key={role} value={role}>
                {ACCESS[role]}
              </Select.Option>
            ))}
          </Select>
        </FormControl>
        <Button type="submit">Show</Button>
      </form>
    </div>
  );
}
