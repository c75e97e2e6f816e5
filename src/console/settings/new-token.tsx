/** Makes a machine token, and shows its text this once. */
import { Button, FormControl, TextInput } from '@primer/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { answerOf, api, type FromApi } from '../api/client.ts';
import { Refused } from '../states/refused.tsx';
import css from './settings.module.css';

type TokenRequest = FromApi<'NewMachineToken'>;

export function NewToken({ commands }: { commands: TokenRequest['commands'] }) {
  const [open, setOpen] = useState(false);
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: (body: TokenRequest) => answerOf(api.POST('/api/v1/tokens', { body })),
    onSuccess: () => {
      setOpen(false);
      return client.invalidateQueries({ queryKey: ['tokens'] });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    make.mutate(wanted(new FormData(event.currentTarget), commands));
  };
  return (
    <>
      {make.data && (
        <p role="status" className={css.made}>
          This is shown this once; copy it now: <code>{make.data.text}</code>
        </p>
      )}
      {!open && <Button onClick={() => setOpen(true)}>New token</Button>}
      {open && (
        <form onSubmit={submit} className={css.form}>
          <FormControl required>
            <FormControl.Label>Project</FormControl.Label>
            <FormControl.Caption>Who answers for what it starts.</FormControl.Caption>
            <TextInput name="project" />
          </FormControl>
          <FormControl required>
            <FormControl.Label>Repositories</FormControl.Label>
            <FormControl.Caption>owner/name, with commas between them.</FormControl.Caption>
            <TextInput name="repositories" block />
          </FormControl>
          <fieldset className={css.choices}>
            <legend>Commands that it may give</legend>
            {commands.map(name => (
              <Choice key={name} name="commands" value={name}>
                {name}
              </Choice>
            ))}
          </fieldset>
          <Choice name="reads" value="true">
            Reads every task of its repositories
          </Choice>
          <Choice name="trusted" value="true">
            Its texts count as written by somebody with write access
          </Choice>
          <FormControl required>
            <FormControl.Label>Days until it ends</FormControl.Label>
            <TextInput name="days" type="number" min={1} max={3650} defaultValue="90" />
          </FormControl>
          <Refused error={make.error} />
          <div className={css.buttons}>
            <Button type="submit" variant="primary" disabled={make.isPending}>
              Make the token
            </Button>
            <Button onClick={() => setOpen(false)}>Cancel</Button>
          </div>
        </form>
      )}
    </>
  );
}

function Choice(props: { name: string; value: string; children: ReactNode }) {
  const { name, value, children } = props;
  return (
    <label className={css.choice}>
      <input type="checkbox" name={name} value={value} />
      <span>{children}</span>
    </label>
  );
}

/** What is not valid is said by the server, field by field. */
function wanted(fields: FormData, commands: TokenRequest['commands']): TokenRequest {
  const text = (name: string) => String(fields.get(name) ?? '').trim();
  const names = text('repositories').split(/[\s,]+/);
  return {
    project: text('project'),
    repositories: names.filter(name => name !== '').map(name => ({ name, alias: null })),
    commands: commands.filter(name => fields.getAll('commands').includes(name)),
    reads: fields.has('reads'),
    trusted: fields.has('trusted'),
    days: Number(text('days')),
  };
}
