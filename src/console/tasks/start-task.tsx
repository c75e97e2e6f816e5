/** Starts a task: in which repository, by which command, about which issue or what text. */
import { Button, FormControl, Select, Textarea, TextInput } from '@primer/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { answerOf, api, type FromApi } from '../api/client.ts';
import { meQuery } from '../settings/queries.ts';
import { useKeptFocus } from '../shell/focus.ts';
import { Refused } from '../states/refused.tsx';
import css from './start-task.module.css';

type Me = FromApi<'Me'>;
type NewTask = FromApi<'TaskCall'>;

const WRITES: readonly string[] = ['write', 'maintain', 'admin'];

export function StartTask() {
  const [open, setOpen] = useState(false);
  const { data: me } = useQuery(meQuery);
  return (
    <div className={css.start} {...useKeptFocus()}>
      {me &&
        (me.mayNot.startTasks === null ? (
          <Button aria-expanded={open} onClick={() => setOpen(!open)}>
            Start a task
          </Button>
        ) : (
          <p className={css.quiet}>You can't start a task: {me.mayNot.startTasks}</p>
        ))}
      {me && open && <Form me={me} close={() => setOpen(false)} />}
    </div>
  );
}

function Form({ me, close }: { me: Me; close: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  // What is sent once more because its answer was lost makes no second task; what was changed is another call.
  const [key, setKey] = useState(newKey);
  const start = useMutation({
    mutationFn: (body: NewTask) => answerOf(api.POST('/api/v1/tasks', { body })),
    onSuccess: ({ task }) => {
      void client.invalidateQueries({ queryKey: ['tasks'] });
      return navigate({ to: '/tasks/$task', params: { task } });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    start.mutate(calledFor(new FormData(event.currentTarget), key));
  };
  const places = me.repositories.flatMap(({ name, role }) =>
    name !== null && WRITES.includes(role) ? [name] : [],
  );
  return (
    <form
      className={css.form}
      aria-label="Start a task"
      onSubmit={submit}
      onChange={() => setKey(newKey())}
    >
      <FormControl required>
        <FormControl.Label>Repository</FormControl.Label>
        <Select name="repository" block>
          {places.map(name => (
            <Select.Option key={name} value={name}>
              {name}
            </Select.Option>
          ))}
        </Select>
      </FormControl>
      <FormControl required>
        <FormControl.Label>Command</FormControl.Label>
        <Select name="command">
          {me.commands.map(name => (
            <Select.Option key={name} value={name}>
              {name}
            </Select.Option>
          ))}
        </Select>
      </FormControl>
      <FormControl>
        <FormControl.Label>Issue or pull request</FormControl.Label>
        <FormControl.Caption>
          Its number. Empty: what is written below is all of it.
        </FormControl.Caption>
        <TextInput name="issue" inputMode="numeric" pattern="#?[0-9]{1,15}" />
      </FormControl>
      <FormControl>
        <FormControl.Label>What is to be done</FormControl.Label>
        <FormControl.Caption>
          The first line is its title. With an issue: what the agent should know besides.
        </FormControl.Caption>
        <Textarea name="text" rows={5} block />
      </FormControl>
      <Refused error={start.error} />
      <div className={css.buttons}>
        <Button type="submit" variant="primary" loading={start.isPending}>
          Start it
        </Button>
        <Button onClick={close}>Cancel</Button>
      </div>
    </form>
  );
}

/** What is not valid is said by the server, field by field. */
function calledFor(fields: FormData, key: string): NewTask {
  const text = (name: string) => String(fields.get(name) ?? '').trim();
  const asked = { repository: text('repository'), command: text('command'), key };
  const issue = text('issue').replace('#', '');
  const said = text('text');
  if (issue !== '') return { ...asked, issue: Number(issue), text: said, body: '' };
  const [title = '', ...more] = said.split('\n');
  return { ...asked, title: title.trim(), body: more.join('\n').trim(), text: '' };
}

const newKey = (): string =>
  [...crypto.getRandomValues(new Uint32Array(4))].map(part => part.toString(36)).join('-');
