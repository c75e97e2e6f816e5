/** A sentence of the server's, in which names and commands stand between backticks. */
import { Fragment } from 'react';

export function Said({ text }: { text: string }) {
  // Every second part stood between backticks; what is left open by the last one was none.
  const parts = text.split(/`([^`\n]+)`/);
  return parts.map((part, at) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text stay where they are.
    at % 2 === 1 ? <code key={at}>{part}</code> : <Fragment key={at}>{part}</Fragment>,
  );
}
