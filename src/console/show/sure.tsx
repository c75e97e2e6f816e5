/** Asks once more, before what can't be undone is done. `what`: a question, such as "Cancel this task?". */
import { Button } from '@primer/react';

export function Sure(props: { what: string; busy: boolean; yes: () => void; no: () => void }) {
  const { what, busy, yes, no } = props;
  return (
    <div role="alert">
      {what}{' '}
      <Button variant="primary" loading={busy} onClick={yes}>
        Yes
      </Button>{' '}
      <Button onClick={no}>No</Button>
    </div>
  );
}
