/** Finds changes of what `make test` and the like run. A target that nothing of that calls is no concern. */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import { foldPath } from '../core/paths/fold-path.ts';
import { type CallingCommands, CHECKS, changedCommands } from './called-scripts.ts';

/** @foreign */
export function inspectMakefile({ path, from, text }: TreeEntry): Finding[] {
  if (!isMakefile(from ?? path) || text.before === null) return [];
  const after = isMakefile(path) ? (text.after ?? '') : '';
  const isStart = (name: string) => CHECKS.test(name) || SETTINGS.includes(name);
  const known = new Map<string, number>();
  const [was, is] = [text.before, after].map(each => targetsOf(each, known)) as [
    CallingCommands,
    CallingCommands,
  ];
  const changed = changedCommands(was, is, isStart);
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

/**
 * Targets with their prerequisites and recipes, and variables with their values. `known`: the number of each
 * text. What many targets share is kept and searched once, so that reading takes linear time.
 */
function targetsOf(text: string, known: Map<string, number>): CallingCommands {
  const numbers = new Map<string, number[]>(SETTINGS.map(name => [name, []]));
  const bodies = new Map<number, string>();
  const prerequisites = new Map<string, string[]>();
  const phony = new Set<string>();
  const add = (names: readonly string[], body: string) => {
    const number = known.get(body) ?? known.size;
    known.set(body, number);
    bodies.set(number, body);
    for (const name of names) {
      const its = numbers.get(name);
      if (its) its.push(number);
      else numbers.set(name, [number]);
    }
  };
  let rule: { targets: string[]; lines: string[] } = { targets: [], lines: [] };
  const endRule = () => {
    add(rule.targets, rule.lines.join('\n'));
    rule = { targets: [], lines: [] };
  };
  for (const raw of text.replaceAll('\\\n', ' ').split('\n')) {
    const line = raw.trimEnd();
    if (line === '' || /^\s*#/.test(line)) continue;
    const assigned = ASSIGNMENT.exec(line);
    const included = /^ *[-s]?include\s+(.*)$/.exec(line)?.[1];
    if (line.startsWith('\t')) rule.lines.push(line.trim());
    else if (assigned) add([assigned[1] ?? ''], assigned[2]?.trim() ?? '');
    else if (included !== undefined) add(['include'], included);
    else {
      const [, names, rest = ''] = /^([^:=#]{1,200})::?(.*)$/.exec(line) ?? [];
      if (names === undefined) continue;
      const wanted = rest
        .replace(/[#;].*/, '')
        .trim()
        .split(/\s+/);
      endRule();
      rule.targets = names.trim().split(/\s+/);
      if (names.trim() === '.PHONY') for (const each of wanted) phony.add(each);
      else {
        rule.lines.push(rest.trim());
        for (const target of rule.targets) {
          const its = prerequisites.get(target);
          if (its) for (const each of wanted) its.push(each);
          else prerequisites.set(target, [...wanted]);
        }
      }
    }
  }
  endRule();
  const called = new Map<number, readonly string[]>();
  const calledIn = (number: number): readonly string[] => {
    const found =
      called.get(number) ?? namesIn(bodies.get(number) ?? '').filter(each => numbers.has(each));
    called.set(number, found);
    return found;
  };
  return {
    texts: new Map([...numbers].map(([name, its]) => [name, its.join(' ')])),
    *calls(name) {
      // What a file is built from is the code, not the check.
      for (const each of prerequisites.get(name) ?? [])
        if (numbers.has(each) && (phony.has(each) || CHECKS.test(each))) yield each;
      for (const number of new Set(numbers.get(name))) yield* calledIn(number);
    },
  };
}

/** The targets that a recipe makes, and the variables that it reads; other words besides. */
function namesIn(recipe: string): string[] {
  const names = new Set<string>();
  for (const [, rest = ''] of recipe.matchAll(/(?:\bmake|\$[({]MAKE[)}])\s([^;&|\n]*)/g))
    for (const word of rest.split(/\s+/)) names.add(word);
  for (const [, variable = ''] of recipe.matchAll(/\$[({]([\w.-]+)[)}]/g)) names.add(variable);
  return [...names];
}
