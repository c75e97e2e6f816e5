/** What a person answers to the question of a task. */
import { Button, FormControl, Textarea } from '@primer/react';
import type { FormEvent } from 'react';
import css from './acts.module.css';

export function AnswerForm({ busy, send }: { busy: boolean; send: (says: string) => void }) {
  const answer = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const says = String(new FormData(event.currentTarget).get('says')).trim();
    if (says !== '') send(says);
  };
  return (
    <form className={css.answer} onSubmit={answer}>
      <FormControl>
        <FormControl.Label>Your answer</FormControl.Label>
        <Textarea name="says" rows={3} block />
      </FormControl>
      <Button type="submit" variant="primary" loading={busy}>
        Answer
      </Button>
    </form>
  );
}
