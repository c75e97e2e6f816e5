/**
 * Compilers and linters that say all on one line, in the forms that most of them share:
 * `a.c:3:5: error: what`, `a.cs(3,5): error CS1: what`, `a.py:3:5 - error: what`, `[ERROR] A.java:[3,5] what`.
 */
import type { CodeProblem } from '../../core/code-problem.ts';
import type { IsOurs, LineReader, NamedPlace } from './line-reader.ts';

const FILE = String.raw`((?:file://)?[^\s:()]{1,300}\.[A-Za-z]\w{0,11})`;
const FORMS: readonly RegExp[] = [
  // Biome.
  new RegExp(String.raw`^${FILE}:(\d{1,7}):\d{1,7} ((?:lint|parse|assist|suppressions)\S{0,200})`),
  // GCC, Clang, javac, Swift, mypy, Ruff, flake8, Pylint, ShellCheck, RuboCop, ESLint's unix, PHPStan's raw.
  new RegExp(String.raw`^${FILE}:(\d{1,7})(?::\d{1,7})?: ?(\S.{0,500})$`),
  // MSBuild.
  new RegExp(String.raw`^${FILE}\((\d{1,7})(?:,\d{1,7}){0,3}\): (\S.{0,500})$`),
  // Pyright.
  new RegExp(String.raw`^\s{0,4}${FILE}:(\d{1,7}):\d{1,7} - ((?:error|warning): .{1,500})$`),
  // Maven's compilers.
  new RegExp(String.raw`^\[(?:ERROR|WARNING)\] ${FILE}:\[(\d{1,7}),\d{1,7}\] (\S.{0,500})$`),
  // Kotlin.
  new RegExp(String.raw`^[ew]: ${FILE}:(\d{1,7}):\d{1,7}:? (\S.{0,500})$`),
  // ESLint's compact.
  new RegExp(String.raw`^${FILE}: line (\d{1,7}), col \d{1,7}, (\S.{0,500})$`),
];
/** Workflow commands of GitHub Actions: `::error file=a.ts,line=3::what`. */
const COMMAND = /^::(error|warning)(?: ([^:]{0,500}(?::[^:]{1,400}){0,4}))?::(.{1,500})$/;

const WARNS = /^(?:\[WARNING\]|w: )|\(\d{1,7}(?:,\d{1,7}){0,3}\): warning /;
const WARNING = /^(?:warning|Warning|W\d{4}|[WCR]:)\b/;
/** What follows says more of the same place. */
const NOTE = /^(?:note|info|help|remark)\b/;
/** pytest's ways to name a place, which say nothing of it; and a word that stands alone says too little. */
const NO_MESSAGE = /^(?:in .{1,300}|[\w.]{1,200})$/;
/** Ruff's long form, whose place stands on the next line. */
const RULE = /^([A-Z]{1,4}\d{2,4} .{1,400})$/;
const BELOW = new RegExp(String.raw`^\s{0,4}--> ${FILE}:(\d{1,7}):\d{1,7}$`);

/** @foreign */
export function diagnostics(isOurs: IsOurs): LineReader {
  let rule: string | null = null;
  return {
    line(text) {
      const above = rule;
      rule = RULE.exec(text)?.[1] ?? null;
      const [, below, at] = (above !== null && BELOW.exec(text)) || [];
      const found = below && above ? place(below, at, above) : (inForm(text) ?? inCommand(text));
      return found && isOurs(found.file) ? [found] : [];
    },
    end: () => [],
  };
}

function inForm(text: string): NamedPlace | null {
  for (const form of FORMS) {
    const [, file, line, message = ''] = form.exec(text) ?? [];
    if (file === undefined) continue;
    if (NOTE.test(message) || (NO_MESSAGE.test(message) && !message.includes('/'))) return null;
    const warns = WARNS.test(text) || WARNING.test(message);
    const said = message
      .replace(/^(?:fatal )?(?:error|warning)(?:: | - | (?=[A-Z]{2,4}\d))/i, '')
      .replace(/ \[[^\]\s]{1,300}\.\w{2,6}proj\]$/, '');
    return place(file, line, said, warns ? 'warning' : 'failure');
  }
  return null;
}

function inCommand(text: string): NamedPlace | null {
  const [, level, properties = '', message = ''] = COMMAND.exec(text) ?? [];
  const property = (name: string) =>
    properties
      .split(',')
      .find(each => each.startsWith(`${name}=`))
      ?.slice(name.length + 1) ?? '';
  const [file, line] = [property('file'), property('line')];
  if (file === '' || !/^\d{1,7}$/.test(line)) return null;
  return place(file, line, message, level === 'warning' ? 'warning' : 'failure');
}

const place = (
  file: string,
  line: string | undefined,
  message: string,
  level: CodeProblem['level'] = 'failure',
): NamedPlace => ({ file, line: Number(line), message, level });
