/** Why somebody denies what is asked: one field, for one request or for several. */
import { FormControl, Textarea } from '@primer/react';

export function WhyNot(props: {
  value: string;
  onChange: (reason: string) => void;
  shown: string;
}) {
  const { value, onChange, shown } = props;
  return (
    <FormControl>
      <FormControl.Label>Why not?</FormControl.Label>
      <Textarea block rows={3} value={value} onChange={event => onChange(event.target.value)} />
      <FormControl.Caption>{shown}</FormControl.Caption>
    </FormControl>
  );
}
