/** Text to the character: what is not seen of it stands by its number, set apart. */
import { Fragment } from 'react';
import css from './exactly.module.css';

/** The server puts the number of such a character between these two. */
const MARKED = /\u{e000}([^\u{e001}]*)\u{e001}/u;

export function Exactly({ text }: { text: string }) {
  return text.split(MARKED).map((part, at) =>
    at % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text stay where they are.
      <span key={at} className={css.unseen} title="A character that is not seen">
        {part}
      </span>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text stay where they are.
      <Fragment key={at}>{part}</Fragment>
    ),
  );
}
