/** How policy answers, in a word that follows "is": the same on every page. */
export const OUTCOMES = {
  allow: 'allowed',
  deny: 'denied',
  require_approval: 'subject to approval',
} as const;
