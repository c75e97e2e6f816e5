/** Finds changes of what `make test` and the like run. A target that nothing of that calls is no concern. */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import { foldPath } from '../core/fold-path.ts';
import { type CallingCommands, CHECKS, changedCommands } from './called-scripts.ts';

/** @foreign */
export function inspectMakefile({ path, from, text }: TreeEntry): Finding[] {
  if (!isMakefile(from ?? path) || text.before === null) return [];
  const after = isMakefile(path) ? (text.after ?? '') : '';
  const isStart = (name: string) => CHECKS.test(name) || SETTINGS.includes(name);
  const changed = changedCommands(targetsOf(text.before), targetsOf(after), isStart);
  const what = changed.slice(0, 8).join(', ').slice(0, 200);
  return changed.length === 0
    ? []
    : [finding('test-weakened', path, `What the checks run changes: ${what}.`)];
}

const isMakefile = (path: string): boolean => /(^|\/)(gnu)?makefile$/.test(foldPath(path));

/** What holds for all targets, and so for each check, be it new or not. */
const SETTINGS: readonly string[] = [
  ...['SHELL', '.SHELLFLAGS', 'MAKEFLAGS', 'PATH', 'include', '.IGNORE', '.DEFAULT'],
];

const ASSIGNMENT =
  /^ *(?:(?:export|override|private)\s+)*([\w.-]{1,100})\s*(?::{0,3}|\?|\+|!)=(.*)$/;

/** Targets with their prerequisites and recipes, and variables with their values. */
function targetsOf(text: string): CallingCommands {
  const texts = new Map(SETTINGS.map(name => [name, '']));
  const prerequisites = new Map<string, string[]>();
  const phony = new Set<string>();
  const add = (name: string, more: string) =>
    texts.set(name, texts.has(name) ? `${texts.get(name)}\n${more}` : more);
  let rule: string[] = [];
  for (const raw of text.replaceAll('\\\n', ' ').split('\n')) {
    const line = raw.trimEnd();
    if (line === '' || /^\s*#/.test(line)) continue;
    const assigned = ASSIGNMENT.exec(line);
    const included = /^ *[-s]?include\s+(.*)$/.exec(line)?.[1];
    if (line.startsWith('\t')) for (const target of rule) add(target, line.trim());
    else if (assigned) add(assigned[1] ?? '', assigned[2]?.trim() ?? '');
    else if (included !== undefined) add('include', included);
    else {
      const [, names, rest = ''] = /^([^:=#]{1,200})::?(.*)$/.exec(line) ?? [];
      if (names === undefined) continue;
      rule = names.trim().split(/\s+/);
      const wanted = rest
        .replace(/[#;].*/, '')
        .trim()
        .split(/\s+/);
      if (names.trim() === '.PHONY') for (const each of wanted) phony.add(each);
      else
        for (const target of rule) {
          add(target, rest.trim());
          const known = prerequisites.get(target);
          if (known) known.push(...wanted);
          else prerequisites.set(target, [...wanted]);
        }
    }
  }
  return {
    texts,
    calls(name) {
      const recipe = texts.get(name) ?? '';
      // What a file is built from is the code, not the check.
      const first = (prerequisites.get(name) ?? []).filter(
        each => phony.has(each) || CHECKS.test(each),
      );
      const made = [...recipe.matchAll(/(?:\bmake|\$[({]MAKE[)}])\s([^;&|\n]*)/g)];
      const named = [...recipe.matchAll(/\$[({]([\w.-]+)[)}]/g)].map(
        ([, variable = '']) => variable,
      );
      const words = made.flatMap(([, rest = '']) => rest.split(/\s+/));
      return [...first, ...words, ...named].filter(each => texts.has(each));
    },
  };
}
