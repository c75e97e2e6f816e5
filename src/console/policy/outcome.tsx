/** How policy answers, as a word and a colour. */
import { Label } from '@primer/react';
import { OUTCOMES } from '../show/outcome.ts';

const COLOURS = { allow: 'success', deny: 'danger', require_approval: 'attention' } as const;

export const OutcomeLabel = ({ outcome }: { outcome: keyof typeof OUTCOMES }) => (
  <Label variant={COLOURS[outcome]}>{OUTCOMES[outcome]}</Label>
);
