/** The option `--base BRANCH` of a command, anywhere in the first line of what follows its name. */
import { branchNameFault } from '../branch-name.ts';

type Taken = { ok: true; base?: string; text: string } | { ok: false; problem: string };

/**
 * Some keyboards make one long dash of two short ones: at the beginning that can only be meant. In quotes
 * blanks belong to the name, which has none: it is refused as a whole.
 */
const OPTION =
  /(?:(?<=^|[\s\p{Default_Ignorable_Code_Point}])--|^[\u2013\u2014])base(?:\s{0,20}[=:]\s*|\s+|$)("[^"]{1,300}"|'[^']{1,300}'|\u201c[^\u201d]{1,300}\u201d|\S*)/giu;

/** The text without the option, and the branch that the option names. @foreign */
export function takeBase(text: string): Taken {
  const [line = ''] = text.split('\n', 1);
  const [below = ''] = text.slice(line.length).trimStart().split('\n', 1);
  const [first, second] = outsideCode(line);
  if (!first)
    return /^\s{0,20}--base(?:[=:]\s{0,20}|\s+)\S{1,300}\s{0,20}$/i.test(below)
      ? { ok: false, problem: '--base stands in the first line, behind the command' }
      : { ok: true, text };
  if (second) return { ok: false, problem: 'it takes --base once' };
  const base = (first[1] ?? '')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/^(?:([`"'])(.+)\1|\u201c(.+)\u201d)$/, '$2$3');
  if (base === '') return { ok: false, problem: '--base takes the name of a branch' };
  const fault = branchNameFault(base);
  if (fault !== null)
    return {
      ok: false,
      problem: `"${base.slice(0, 100)}" can't be the name of a branch: ${fault}`,
    };
  const rest = text.slice(0, first.index) + text.slice(first.index + first[0].length);
  return { ok: true, base, text: rest.trim() };
}

/** Where the option stands with no backtick open, read once from the start. */
function* outsideCode(line: string): Generator<RegExpExecArray> {
  let isCode = false;
  let at = 0;
  for (const found of line.matchAll(OPTION)) {
    for (; at < found.index; at += 1) if (line[at] === '`') isCode = !isCode;
    if (!isCode) yield found;
  }
}
