/**
 * Folds every spelling of a path that names the same file to one. Git, macOS and Windows each read
 * several spellings as the same file, so a check that protects a path must compare folded paths.
 *
 * Different files may fold to the same path: a folded path is for comparing, never for opening a file.
 */
import { createBoundedCache } from '../bounds/bounded-cache.ts';
import { withoutTrailing } from '../text/without-trailing.ts';

/** Characters that some file systems or readers skip: zero-width ones, bidi controls, tags, selectors. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

/** Windows' short names of `.git` and `.github`. */
const SHORT_NAME = /^(git|github)~\d+$/;

/** Matches a path that is folded already, which most are: each segment of plain characters in lower case. */
const FOLDED = /^(?:\.?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?:\/(?!$)|$))+$/;

/** Some twenty checks fold a path one after the other. */
const latest = createBoundedCache<string, string>(100);

/** @foreign */
export function foldPath(path: string): string {
  if (FOLDED.test(path)) return path;
  const known = latest.get(path);
  if (known !== undefined) return known;
  const folded = fold(path);
  // A longer one is no path that a change may have.
  if (path.length <= LONGEST_KEPT) latest.set(path, folded);
  return folded;
}

/** Characters. */
const LONGEST_KEPT = 4_096;

function fold(path: string): string {
  return path
    .replaceAll('\\', '/')
    .split('/')
    .filter(segment => segment !== '')
    .map(foldSegment)
    .filter(segment => segment !== '' && segment !== '.')
    .join('/');
}

/** Folds case and normal form only. Upper case comes in between: it joins letters that lower case keeps apart (ſ, s). @foreign */
export const foldCase = (text: string): string =>
  text.normalize('NFC').toLowerCase().toUpperCase().toLowerCase().normalize('NFC');

function foldSegment(segment: string): string {
  if (segment === '..') return segment;
  const seen = foldCase(segment.replace(UNSEEN, ''));
  // NTFS: a stream (`.git::$INDEX_ALLOCATION`) and trailing dots and spaces name the same file.
  return withoutTrailing(seen.replace(/:.*$/su, ''), '. ').replace(SHORT_NAME, '.$1');
}
