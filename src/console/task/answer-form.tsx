/** What a person answers to the question of a task. */
import { Button, FormControl, Textarea } from '@primer/react';
import { useRef } from 'react';
import css from './acts.module.css';

type Form = {
  busy: boolean;
  send: (says: string) => void;
  /** Has the work published though a review blocks it; left out where none does, or they may not. */
  override?: ((why: string) => void) | undefined;
};

export function AnswerForm({ busy, send, override }: Form) {
  const field = useRef<HTMLTextAreaElement>(null);
  const written = () => (field.current?.value ?? '').trim();
  return (
    <form
      className={css.answer}
      onSubmit={event => {
        event.preventDefault();
        if (written() !== '') send(written());
      }}
    >
      <FormControl>
        <FormControl.Label>Your answer</FormControl.Label>
        {override && (
          <FormControl.Caption>
            The agent is told it and tries again. Or publish the change as it is: your answer then
            says why, and a person approves its merge.
          </FormControl.Caption>
        )}
        <Textarea ref={field} name="says" rows={3} block />
      </FormControl>
      <div className={css.buttons}>
        <Button type="submit" variant="primary" loading={busy}>
          Answer
        </Button>
        {override && (
          <Button disabled={busy} onClick={() => override(written())}>
            Publish as it is
          </Button>
        )}
      </div>
    </form>
  );
}
