/** Which failures are shown, and by what they are summed up. */
import { Button, FormControl, Select, TextInput } from '@primer/react';
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { useKeptFocus } from '../shell/focus.ts';
import page from '../show/page.module.css';
import { type FailureSearch, GROUPS, readFailureSearch } from './search.ts';

const TEXTS = { code: 'Code', role: 'Role', repository: 'Repository' } as const;
const DAYS = { from: 'From (UTC)', to: 'To (UTC)' } as const;

export function ChosenFailures({ search }: { search: FailureSearch }) {
  const navigate = useNavigate();
  const apply = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.currentTarget));
    void navigate({ to: '/failures', search: readFailureSearch(given) });
  };
  return (
    <div {...useKeptFocus()}>
      <form key={JSON.stringify(search)} className={page.chosen} onSubmit={apply}>
        <FormControl>
          <FormControl.Label>By</FormControl.Label>
          <Select name="group" defaultValue={search.group ?? 'code'}>
            {Object.entries(GROUPS).map(([name, title]) => (
              <Select.Option key={name} value={name}>
                {title}
              </Select.Option>
            ))}
          </Select>
        </FormControl>
        {(['code', 'role', 'repository'] as const).map(name => (
          <FormControl key={name}>
            <FormControl.Label>{TEXTS[name]}</FormControl.Label>
            <TextInput name={name} defaultValue={search[name] ?? ''} />
          </FormControl>
        ))}
        {(['from', 'to'] as const).map(name => (
          <FormControl key={name}>
            <FormControl.Label>{DAYS[name]}</FormControl.Label>
            <TextInput type="date" name={name} defaultValue={search[name] ?? ''} />
          </FormControl>
        ))}
        <Button type="submit">Show</Button>
      </form>
    </div>
  );
}
