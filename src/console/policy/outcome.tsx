/** How policy answers, as a word and a colour. */
import { Label } from '@primer/react';

const LOOKS = {
  allow: { word: 'Allowed', variant: 'success' },
  deny: { word: 'Denied', variant: 'danger' },
  require_approval: { word: 'Takes approval', variant: 'attention' },
} as const;

export const OutcomeLabel = ({ outcome }: { outcome: keyof typeof LOOKS }) => (
  <Label variant={LOOKS[outcome].variant}>{LOOKS[outcome].word}</Label>
);
