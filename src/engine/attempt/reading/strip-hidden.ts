/** What a text holds and nobody who reads it on GitHub sees: orders to an agent can hide in it. */
import type { ShownText } from '../../ports/shown-text.ts';

/**
 * Zero width, tags, bidi controls and the like, but for what scripts and emoji are joined with. Each is found by
 * itself: as one match, millions of them in a row exceed the stack.
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}--[\u200c\u200d\ufe0e\ufe0f]]/v;
/** More of the joiners in a row than any script or emoji needs. */
const JOINERS = /(?:\u200c|\u200d|\ufe0e|\ufe0f){3,}/g;

export type Stripped = ShownText & {
  /** How many invisible characters were taken out. */
  invisible: number;
};

/** What people see of a text of Markdown that was read before. */
export type See = (markdown: string) => Stripped;

/** Reads these texts of Markdown as GitHub shows them. */
export async function readSeen(
  texts: readonly string[],
  shown: (markdown: string) => Promise<ShownText>,
): Promise<See> {
  const seen = new Map<string, Stripped>();
  for (const text of new Set(texts)) {
    const { text: visible, invisible } = stripInvisible(text);
    seen.set(text, { ...(await shown(visible)), invisible });
  }
  return text => {
    const stripped = seen.get(text);
    if (!stripped) throw new Error('this text was not read');
    return stripped;
  };
}

/** Of a title, which is no Markdown. @foreign */
export function stripInvisible(text: string): Stripped {
  const parts = text.toWellFormed().split(INVISIBLE);
  let invisible = parts.length - 1;
  const seen = parts.join('').replaceAll(JOINERS, found => {
    invisible += found.length;
    return '';
  });
  return { text: seen, comments: 0, invisible };
}

const MARK = '\u27e8invisible\u27e9';

/** The same with a visible mark in place of what stood in one row: what is not Markdown has no comments. @foreign */
export function markInvisible(text: string): string {
  const parts = text.toWellFormed().split(INVISIBLE);
  const last = parts.length - 1;
  // Between two in a row there is nothing.
  const seen = parts.filter((part, at) => part !== '' || at === 0 || at === last);
  return seen.join(MARK).replaceAll(JOINERS, MARK);
}

/** For the agent and for whoever reads its prompt; `null`: nothing was taken out. */
export function describeStripped({ comments, invisible }: Omit<Stripped, 'text'>): string | null {
  return comments + invisible === 0
    ? null
    : `(Removed above, because people do not see it: ${countStripped({ comments, invisible })}.)`;
}

/** How much of each kind, in words. */
export function countStripped({ comments, invisible }: Omit<Stripped, 'text'>): string {
  const of = (count: number, what: string) =>
    count === 0 ? [] : [`${count} ${what}${count === 1 ? '' : 's'}`];
  return [...of(comments, 'hidden comment'), ...of(invisible, 'invisible character')].join(', ');
}
