/** The form that chooses by what is summed up, of what, and of which days. */
import { Button, FormControl, Select, TextInput } from '@primer/react';
import type { FormEvent } from 'react';
import { useKeptFocus } from '../shell/focus.ts';
import page from './page.module.css';

const DAYS = { from: 'From (UTC)', to: 'To (UTC)' };

type Choices = {
  /** The groups by name, with their titles. */
  groups: Readonly<Record<string, string>>;
  /** The texts that may be given, by name, with their labels. */
  texts: Readonly<Record<string, string>>;
  /** What is chosen; where no group is, the first one. */
  search: Readonly<Record<string, string | undefined>>;
  apply: (given: Record<string, unknown>) => void;
};

export function ChosenSums({ groups, texts, search, apply }: Choices) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    apply(Object.fromEntries(new FormData(event.currentTarget)));
  };
  const fields = [
    ...Object.entries(texts).map(([name, label]) => ({ name, label, type: 'text' as const })),
    ...Object.entries(DAYS).map(([name, label]) => ({ name, label, type: 'date' as const })),
  ];
  return (
    <div {...useKeptFocus()}>
      <form key={JSON.stringify(search)} className={page.chosen} onSubmit={submit}>
        <FormControl>
          <FormControl.Label>By</FormControl.Label>
          <Select name="group" defaultValue={search.group ?? Object.keys(groups)[0] ?? ''}>
            {Object.entries(groups).map(([name, title]) => (
              <Select.Option key={name} value={name}>
                {title}
              </Select.Option>
            ))}
          </Select>
        </FormControl>
        {fields.map(({ name, label, type }) => (
          <FormControl key={name}>
            <FormControl.Label>{label}</FormControl.Label>
            <TextInput type={type} name={name} defaultValue={search[name] ?? ''} />
          </FormControl>
        ))}
        <Button type="submit">Show</Button>
      </form>
    </div>
  );
}
