/** The filters of the board. They stand in the address, so that a link shows the same. */
import { Button, FormControl, Select, TextInput } from '@primer/react';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useKeptFocus } from '../shell/focus.ts';
import { statusWord } from '../show/status.tsx';
import css from './board.module.css';
import { FILTERS, readTaskSearch, STATUSES, type TaskSearch } from './search.ts';

const LABELS = {
  text: 'Title, or #number',
  repository: 'Repository',
  command: 'Command',
  requester: 'Requester',
} as const;

export function Filters({ search }: { search: TaskSearch }) {
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const show = (given: Record<string, unknown>) =>
    void navigate({
      to: '/tasks',
      search: readTaskSearch({ ...given, turn: search.turn, stuck: search.stuck }),
    });
  const apply = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    show(Object.fromEntries(new FormData(event.currentTarget)));
  };
  const filtered = FILTERS.filter(name => search[name] !== undefined).length;
  return (
    <div {...useKeptFocus()}>
      <Button className={css.more} aria-expanded={open} onClick={() => setOpen(!open)}>
        {filtered > 0 ? `Filters (${filtered} set)` : 'Filters'}
      </Button>
      {/* What is in the address is what the fields start with. */}
      <form key={JSON.stringify(search)} className={css.filters} data-open={open} onSubmit={apply}>
        {(['text', 'repository', 'command', 'requester'] as const).map(name => (
          <FormControl key={name}>
            <FormControl.Label>{LABELS[name]}</FormControl.Label>
            <TextInput name={name} defaultValue={search[name] ?? ''} />
          </FormControl>
        ))}
        <FormControl>
          <FormControl.Label>Status</FormControl.Label>
          <Select name="status" defaultValue={search.status ?? ''}>
            <Select.Option value="">Any</Select.Option>
            {STATUSES.map(status => (
              <Select.Option key={status} value={status}>
                {statusWord(status)}
              </Select.Option>
            ))}
          </Select>
        </FormControl>
        <Button type="submit">Filter</Button>
        {filtered > 0 && (
          <Button variant="invisible" onClick={() => show({})}>
            Clear
          </Button>
        )}
      </form>
    </div>
  );
}
