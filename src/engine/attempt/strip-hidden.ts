/** What a text holds and nobody who reads it on GitHub sees: orders to an agent can hide in it. */
import type { ShownText } from '../ports/shown-text.ts';

/** Zero width, tags, bidi controls and the like, but for what scripts and emoji are joined with. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}--[\u200c\u200d\ufe0e\ufe0f]]+/gv;
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
  let invisible = 0;
  const gone = (found: string) => {
    invisible += [...found].length;
    return '';
  };
  const seen = text.toWellFormed().replaceAll(INVISIBLE, gone).replaceAll(JOINERS, gone);
  return { text: seen, comments: 0, invisible };
}

/** The same with a visible mark in place of each: what is not Markdown has no comments. @foreign */
export const markInvisible = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(INVISIBLE, '\u27e8invisible\u27e9')
    .replaceAll(JOINERS, '\u27e8invisible\u27e9');

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
