/** What a person may do to a backlog, and to its items: the server says what, and why not. */
import { Button, FormControl, Select } from '@primer/react';
import { useState } from 'react';
import type { FromApi } from '../api/client.ts';
import { useKeptFocus } from '../shell/focus.ts';
import page from '../show/page.module.css';
import { Sure } from '../show/sure.tsx';
import { Refused } from '../states/refused.tsx';
import { useBacklogAct } from './queries.ts';

type Backlog = FromApi<'Backlog'>;
type ActName = Backlog['acts'][number]['act'];

/** The button, what is asked before it is done, and what somebody is told who has done it. */
const WORDS: Record<ActName, [button: string, question: string, done: string]> = {
  approve: ['Approve the plan', 'Have this plan worked?', 'You said yes to the plan.'],
  deny: ['Drop the plan', 'Drop this plan?', 'You dropped the plan.'],
  pause: ['Pause', 'Let nothing more start?', 'You paused it.'],
  resume: ['Resume', 'Let it go on?', 'It goes on.'],
  retry: ['Try again', 'Try this again?', 'It is tried again.'],
  cancel: ['Cancel', 'Give this up?', 'You canceled it.'],
};

export function BacklogActs({ backlog }: { backlog: Backlog }) {
  const act = useBacklogAct(backlog.id);
  const [asking, ask] = useState<ActName | null>(null);
  const [item, choose] = useState('');
  const focus = useKeptFocus();
  // Who drops a plan cancels the backlog: one button is enough for that.
  const offers = backlog.acts.filter(
    ({ act: name }) => name !== 'cancel' || backlog.status !== 'proposed',
  );
  const may = offers.filter(({ because }) => because === null).map(({ act: name }) => name);
  const reasons = new Set(offers.map(({ because }) => because));
  const [only] = reasons.size === 1 ? reasons : [];
  const takesItem = may.includes('retry') || may.includes('cancel');
  return (
    <section aria-label="What you can do" {...focus}>
      {only && <p className={page.quiet}>You can't act on this backlog: {only}.</p>}
      <div className={page.chosen}>
        {takesItem && <ItemChoice backlog={backlog} value={item} onChange={choose} />}
        {may.map(name => (
          <Button
            key={name}
            variant={VARIANTS[name] ?? 'default'}
            disabled={act.isPending}
            aria-expanded={name === asking}
            onClick={() => ask(name === asking ? null : name)}
          >
            {WORDS[name][0]}
          </Button>
        ))}
      </div>
      {asking && may.includes(asking) && (
        <Sure
          what={WORDS[asking][1]}
          busy={act.isPending}
          yes={() => {
            act.mutate(bodyOf(asking, backlog.digest, item || null));
            ask(null);
          }}
          no={() => ask(null)}
        />
      )}
      {act.isSuccess && <p role="status">{WORDS[act.variables.act][2]}</p>}
      <Refused error={act.error} />
    </section>
  );
}

const VARIANTS: Partial<Record<ActName, 'primary' | 'danger'>> = {
  approve: 'primary',
  deny: 'danger',
  cancel: 'danger',
};

function bodyOf(act: ActName, digest: string, item: string | null): FromApi<'BacklogAct'> {
  switch (act) {
    case 'approve':
    case 'deny':
      return { act, digest };
    case 'pause':
    case 'resume':
      return { act };
    case 'retry':
    case 'cancel':
      return { act, item };
  }
}

function ItemChoice(props: { backlog: Backlog; value: string; onChange: (item: string) => void }) {
  const { backlog, value, onChange } = props;
  const over = new Set(['merged', 'done']);
  return (
    <FormControl>
      <FormControl.Label>Which item</FormControl.Label>
      <Select value={value} onChange={event => onChange(event.target.value)}>
        <Select.Option value="">All</Select.Option>
        {backlog.entries
          .filter(({ status }) => !over.has(status))
          .map(({ id }) => (
            <Select.Option key={id} value={id}>
              {id}
            </Select.Option>
          ))}
      </Select>
    </FormControl>
  );
}
