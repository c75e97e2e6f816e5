/**
 * What the form of `gatehouse.yml` does not show to be wrong. Only the file is held to it: a task may
 * have begun with a configuration from before this was noticed.
 */
import type { z } from 'zod';
import { type Budget, tooSmall } from '../budget.ts';
import { startable } from '../commands/commands.ts';
import { startsNothing } from '../commands/work-command.ts';
import type { GraphFiles } from '../graph/graph-file.ts';
import { asGitHubReads } from '../label-name.ts';
import type { Environments } from './environment.ts';
import type { FileFault } from './file-fault.ts';
import { environmentNameFaults, unreachedFaults } from './name-faults.ts';

type Branches = Record<string, string> | undefined;

/** The parts of the file that are looked at. */
type Written = {
  commands: Record<string, string[]>;
  dispatch?: { commands: string[] } | undefined;
  roles?: Record<string, { paths?: string[] | undefined }> | undefined;
  scopes?: { write?: string[] | undefined; never?: string[] | undefined } | undefined;
  environments?: Environments | undefined;
  graphs?: GraphFiles | undefined;
  budgets?: Partial<Record<string, Budget>> | undefined;
  base?: { default?: string | undefined; labels?: Branches; milestones?: Branches } | undefined;
};

export function addFileFaults(file: Written, context: z.RefinementCtx): void {
  const faults = [
    ...commandFaults(file),
    ...dispatchFaults(file),
    ...pathFaults(file),
    ...environmentNameFaults(file),
    ...unreachedFaults(file),
    ...budgetFaults(file),
    ...baseFaults(file),
  ];
  for (const fault of faults) context.addIssue({ code: 'custom', ...fault });
}

/** Two keys that are one label to GitHub would be for whichever stands first. */
const baseFaults = ({ base = {} }: Written): FileFault[] =>
  (['labels', 'milestones'] as const).flatMap(kind => {
    const first = new Map<string, [name: string, ref: string]>();
    return Object.entries(base[kind] ?? {}).flatMap(([name, ref]) => {
      const [same, other] = first.get(asGitHubReads(name)) ?? [name, ref];
      first.set(asGitHubReads(name), [same, other]);
      const message = `is "${same}" to GitHub, which stands for ${other} here: leave one of the two out`;
      return other === ref ? [] : [{ path: ['base', kind, name], message }];
    });
  });

const budgetFaults = ({ budgets = {} }: Written): FileFault[] =>
  Object.entries(budgets).flatMap(([scope, budget]) =>
    tooSmall(budget ?? {}).map(({ unit, least }) => ({
      path: ['budgets', scope, unit],
      message: `must be at least ${least}`,
    })),
  );

function commandFaults({ commands }: Written): FileFault[] {
  return Object.entries(commands).flatMap(([name, words]) => {
    const message = shellFault(words);
    return message === null ? [] : [{ path: ['commands', name], message }];
  });
}

/** What only a shell would understand, which would else be looked for as a program. */
function shellFault(words: readonly string[]): string | null {
  const [program = ''] = words;
  const operator = words.find(word => ['&&', '||', '|'].includes(word));
  if (operator !== undefined)
    return `has ${operator}, which no shell reads here: write [sh, -c, "…"], or put it in a script`;
  if (/^[A-Za-z_]\w*=/.test(program))
    return `begins with a variable, and no shell reads it: write env before it, such as [env, ${program}, …]`;
  // The path of a program may have a blank.
  const [before = '', ...after] = program.split(/\s+/);
  const isPath = before.includes('/') && after.some(part => part.includes('/'));
  return after.length > 0 && !isPath
    ? `has several words in one: write each by itself, such as [${[before, ...after].join(', ')}]`
    : null;
}

const dispatchFaults = ({ dispatch }: Written): FileFault[] =>
  (dispatch?.commands ?? []).flatMap((name, index) =>
    startable(name) === null
      ? [{ path: ['dispatch', 'commands', index], message: startsNothing(name) }]
      : [],
  );

function pathFaults({ roles = {}, scopes = {} }: Written): FileFault[] {
  const lists = [
    ...Object.entries(roles).map(([role, { paths = [] }]) => ({
      at: ['roles', role, 'paths'],
      paths,
    })),
    { at: ['scopes', 'write'], paths: scopes.write ?? [] },
    { at: ['scopes', 'never'], paths: scopes.never ?? [] },
  ];
  const message = 'is a pattern, which is not followed: name each folder or file by itself';
  return lists.flatMap(({ at, paths }) =>
    paths.flatMap((path, index) => (isPattern(path) ? [{ path: [...at, index], message }] : [])),
  );
}

const isPattern = (path: string): boolean => path.startsWith('!') || /\{[^{}]*,[^{}]*\}/.test(path);
