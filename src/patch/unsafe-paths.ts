/** Finds paths that belong to git, or that some operating system reads as another path. */

import { type Finding, finding } from '../core/finding.ts';
import { foldPath } from '../core/fold-path.ts';

const HIDDEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
/** Names that Windows gives to devices, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** A short name under which Windows opens a file with a longer name, such as `PACKAG~1.JSO`. */
const SHORT_FORM = /^[^.]{1,6}~\d{1,2}(\.[^.]{0,3})?$/;

export function inspectPath(path: string): Finding[] {
  if (foldPath(path).split('/').includes('.git'))
    return [finding('git-path', path, 'It is inside a folder that git reads as its own.')];
  const problem = problemOf(path);
  return problem === null ? [] : [finding('unsafe-path', path, problem)];
}

function problemOf(path: string): string | null {
  if (path === '' || path.startsWith('/')) return 'It is not relative to the repository.';
  if (CONTROL.test(path)) return 'Its name has a control character.';
  if (HIDDEN.test(path)) return 'Its name has a character that is not shown.';
  if (path.includes('\\')) return 'Its name has a backslash, which Windows reads as a folder.';
  for (const segment of path.split('/')) {
    if (segment === '') return 'Its name has an empty segment.';
    if (segment === '.' || segment === '..') return 'Its name climbs out of its folder.';
    if (segment.includes(':')) return 'Its name has a colon, which Windows reads as a stream.';
    if (/[. ]$/.test(segment)) return 'A segment ends in a dot or a space, which Windows drops.';
    if (DEVICE.test(segment)) return `"${segment}" is a device on Windows.`;
    if (SHORT_FORM.test(segment))
      return `"${segment}" is the short form of another name on Windows.`;
  }
  return null;
}
