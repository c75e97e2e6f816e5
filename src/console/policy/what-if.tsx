/** What policy would answer to facts that are made up: the server decides, by the policies as they stand. */
import { Button, FormControl, Select, Textarea } from '@primer/react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { answerOf, api, type FromApi } from '../api/client.ts';
import type { operations } from '../api/schema.d.ts';
import page from '../show/page.module.css';
import { Table } from '../show/table.tsx';
import { Refused } from '../states/refused.tsx';
import { Partial } from '../states/state.tsx';
import { OutcomeLabel } from './outcome.tsx';
import type { PolicySearch } from './search.ts';
import { Why } from './standing.tsx';

type AskedFacts =
  operations['postPolicyWhatIf']['requestBody']['content']['application/json']['facts'];
type AskedAction = AskedFacts['action'];

export function WhatIf({
  query,
  actions,
}: {
  query: PolicySearch & { repository: number };
  actions: readonly AskedAction[];
}) {
  const [fault, setFault] = useState('');
  const settings = JSON.stringify(query);
  const asked = useMutation({
    mutationFn: ({ facts }: { facts: AskedFacts; settings: string }) =>
      answerOf(api.POST('/api/v1/policy/what-if', { body: { ...query, facts } })),
  });
  // An answer under other settings answers nothing under these.
  const isOfThese = asked.variables?.settings === settings;
  const ask = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const action = actions.find(each => each === given.get('action'));
    const more = readFacts(String(given.get('facts') ?? ''));
    if (action === undefined || more === null)
      return setFault('The facts are no JSON object: write them as in {"findings": ["lockfile"]}.');
    setFault('');
    asked.mutate({ facts: { ...more, action }, settings });
  };
  return (
    <>
      <h2>What would happen if</h2>
      <form className={page.stacked} onSubmit={ask}>
        <FormControl>
          <FormControl.Label>Action</FormControl.Label>
          <Select name="action" defaultValue="pr.merge">
            {actions.map(action => (
              <Select.Option key={action} value={action}>
                {action}
              </Select.Option>
            ))}
          </Select>
        </FormControl>
        <FormControl>
          <FormControl.Label>Facts that are not as usual</FormControl.Label>
          <Textarea
            name="facts"
            rows={3}
            className={page.area}
            placeholder='{"findings": ["lockfile"]}'
          />
          <FormControl.Caption>
            A JSON object, with the names that tests of policies use. Leave it empty for the usual
            case.
          </FormControl.Caption>
        </FormControl>
        <Button type="submit" loading={asked.isPending}>
          Ask
        </Button>
      </form>
      {fault !== '' && <Partial>{fault}</Partial>}
      {isOfThese && <Refused error={asked.error} />}
      {isOfThese && asked.data && <Explained explanation={asked.data} />}
    </>
  );
}

/** Empty: everything is as usual. `null`: it is no object. */
function readFacts(text: string): Record<string, never> | null {
  if (text.trim() === '') return {};
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? { ...read } : null;
  } catch {
    return null;
  }
}

function Explained({ explanation }: { explanation: FromApi<'PolicyExplanation'> }) {
  const { decision, approval, asked, changes } = explanation;
  const policies = asked.flatMap(({ resource, policies: all }) =>
    all.filter(({ applies }) => applies).map(policy => ({ resource, ...policy })),
  );
  return (
    <section aria-label="The answer">
      <p>
        <OutcomeLabel outcome={decision.outcome} />{' '}
        <Why reason={decision.reasons[0] ?? ''} approval={approval} />
      </p>
      <Table
        label="Policies that apply"
        columns={[
          { title: 'Policy' },
          { title: 'Effect' },
          { title: 'About' },
          { title: 'Where' },
          { title: 'Says', long: true },
        ]}
        rows={policies.map(({ resource, id, effect, file, line, reason, determined }) => ({
          key: `${resource} ${id}`,
          cells: [
            `${id}${determined ? ', which decides' : ''}`,
            effect,
            resource,
            `${file} line ${line}`,
            reason,
          ],
        }))}
      />
      {changes.length > 0 && <h3>It would be another answer if</h3>}
      <ul>
        {changes.map(({ change, outcome }) => (
          <li key={change}>
            {change} <OutcomeLabel outcome={outcome} />
          </li>
        ))}
      </ul>
    </section>
  );
}
