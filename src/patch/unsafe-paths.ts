/**
 * Finds paths that belong to git, that can't be checked out safely, or that some operating system
 * can't have or reads as another path.
 */

import { type Finding, finding } from '../core/finding.ts';
import { foldPath } from '../core/paths/fold-path.ts';

const HIDDEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
/** Names that Windows gives to devices, with any extension and with blanks before it. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³]) *(\.|$)/i;
/** What no name on Windows has, besides the colon. */
const NOT_ON_WINDOWS = /["*<>?|]/;
/** A short name under which Windows opens a file with a longer name, such as `PACKAG~1.JSO`. */
const SHORT_FORM = /^[^.]{1,6}~\d{1,2}(\.[^.]{0,3})?$/;

/** `isNew`: a file that is there already is judged by what changed in it, and not by its name. @foreign */
export function inspectPath(path: string, isNew: boolean): Finding[] {
  if (foldPath(path).split('/').includes('.git'))
    return [finding('git-path', path, 'It is inside a folder that git reads as its own.')];
  if (!isNew) return [];
  const unsafe = unsafeName(path);
  if (unsafe !== null) return [finding('unsafe-path', path, unsafe)];
  const odd = oddName(path);
  return odd === null ? [] : [finding('odd-path', path, odd)];
}

/** No file system of today takes more in one segment. */
const LONGEST_BYTES = 255;

/** Why it can't be checked out safely. */
function unsafeName(path: string): string | null {
  if (path === '' || path.startsWith('/')) return 'It is not relative to the repository.';
  if (CONTROL.test(path)) return 'Its name has a control character.';
  if (path.includes('\\')) return 'Its name has a backslash, which Windows reads as a folder.';
  for (const segment of path.split('/')) {
    if (segment === '') return 'Its name has an empty segment.';
    if (segment === '.' || segment === '..') return 'Its name climbs out of its folder.';
    if (new TextEncoder().encode(segment).length > LONGEST_BYTES)
      return `A segment is longer than ${LONGEST_BYTES} bytes, which no file system takes.`;
  }
  return null;
}

/** Why some system can't have it, or reads it as another name: a person decides about it. */
function oddName(path: string): string | null {
  if (HIDDEN.test(path)) return 'Its name has a character that is not shown.';
  for (const segment of path.split('/')) {
    if (segment.includes(':')) return 'Its name has a colon, which Windows reads as a stream.';
    const [forbidden] = NOT_ON_WINDOWS.exec(segment) ?? [];
    if (forbidden !== undefined) return `Its name has ${forbidden}, which no name on Windows has.`;
    if (/[. ]$/.test(segment)) return 'A segment ends in a dot or a space, which Windows drops.';
    if (DEVICE.test(segment)) return `"${segment}" is a device on Windows.`;
    if (SHORT_FORM.test(segment))
      return `"${segment}" is the short form of another name on Windows.`;
  }
  return null;
}
