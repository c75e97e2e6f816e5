/**
 * The one spelling of a path that all its disguises share. Git, macOS and Windows each read several
 * spellings as the same file; whatever protects a path must compare folded paths on both sides.
 *
 * Folding only ever makes more paths equal, so it is for recognising, never for opening a file.
 */

/** Characters that some file system or reader skips: zero-width, bidi controls, tags, selectors. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

/** Windows' short names of the two folders that decide most. */
const SHORT_NAME = /^(git|github)~\d+$/;

/** Most paths are their own folded form: each segment of plain characters in lower case. */
const FOLDED = /^(?:\.?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?:\/(?!$)|$))+$/;

export function foldPath(path: string): string {
  if (FOLDED.test(path)) return path;
  return path
    .replaceAll('\\', '/')
    .split('/')
    .map(foldSegment)
    .filter(segment => segment !== '' && segment !== '.')
    .join('/');
}

/** Case and normal form only. By way of upper case, which joins what lower case keeps apart (ſ, s). */
export const foldCase = (text: string): string =>
  text.normalize('NFC').toLowerCase().toUpperCase().toLowerCase().normalize('NFC');

function foldSegment(segment: string): string {
  if (segment === '..') return segment;
  const seen = foldCase(segment.replace(UNSEEN, ''));
  // NTFS: a stream (`.git::$INDEX_ALLOCATION`) and trailing dots and spaces name the same file.
  return seen
    .replace(/:.*$/su, '')
    .replace(/[. ]+$/u, '')
    .replace(SHORT_NAME, '.$1');
}
