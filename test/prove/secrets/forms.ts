/** Every kind of secret in every encoding, with marks around it that tell where it got to. */
import { ENCODINGS } from './encodings.ts';
import type { Kind } from './kinds.ts';

export type Form = { id: string; kind: Kind; encoding: string; written: string };
/** Forms that fit into one text which no surface cuts, and a long form alone. */
export type Pack = { name: string; forms: Form[] };

/** What an agent is quoted with in a comment. */
const MOST_CHARACTERS = 1_900;
/** Marks and line ends around each. */
const AROUND = 40;

/** Where a text comes from: each has a mark of its own. */
export type Source = 'issue' | 'model' | 'output' | 'patch' | 'error' | 'line';

export const markOf = ({ id }: Form, source: Source): string => `${id}-${source}`;

/** The forms as lines of one text. */
export const textOf = ({ forms }: Pack, source: Source): string =>
  forms
    .map(form => `${markOf(form, source)}: ${form.written} :${markOf(form, source)}`)
    .join('\n\n');

export function packsOf(kinds: readonly Kind[]): Pack[] {
  const packs: Pack[] = [];
  let room = 0;
  for (const [number, kind] of kinds.entries())
    for (const [index, [encoding, encode]] of Object.entries(ENCODINGS).entries()) {
      const form = { id: `form${number}x${index}`, kind, encoding, written: encode(kind.value) };
      const length = form.written.length + AROUND;
      if (length > room) {
        packs.push({ name: `pack ${packs.length + 1}`, forms: [] });
        room = MOST_CHARACTERS;
      }
      packs.at(-1)?.forms.push(form);
      room -= length;
    }
  return packs;
}
