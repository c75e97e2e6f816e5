/** What one part of `gatehouse.yml` names, and no other part of it has. */
import type { Environments } from './environment.ts';
import type { FileFault } from './file-fault.ts';
import { type GraphFiles, namedInSteps } from './graph-file.ts';
import type { DeclaredHook } from './hooks/hook.ts';
import { didYouMean } from './nearest.ts';

type Naming = {
  commands: Readonly<Record<string, unknown>>;
  environments?: Environments | undefined;
  hooks?: readonly Pick<DeclaredHook, 'command'>[] | undefined;
  graphs?: GraphFiles | undefined;
};

/** The commands that may be found in the files of a repository: see the room `toolchain`. */
const FOUND = ['install', 'lint', 'test'];

/** Commands that are neither written nor ever found: a call is told of one when it needs it. */
export function commandNameFaults(file: Naming): FileFault[] {
  const { environments = {}, hooks = [], graphs = {} } = file;
  const known = [...FOUND, ...Object.keys(file.commands)];
  const lacks = (path: FileFault['path'], name: string | undefined): FileFault[] =>
    name === undefined || known.includes(name)
      ? []
      : [{ path: [...path, 'command'], message: missing('command', name, known) }];
  return [
    ...Object.entries(environments).flatMap(([name, { accept = [] }]) =>
      accept.flatMap((criterion, at) =>
        'command' in criterion
          ? lacks(['environments', name, 'accept', at], criterion.command)
          : [],
      ),
    ),
    ...hooks.flatMap(({ command }, at) => lacks(['hooks', at], command)),
    ...namedInSteps(graphs).flatMap(({ path, command }) => lacks(['graphs', ...path], command)),
  ];
}

export const environmentNameFaults = ({ environments = {}, graphs = {} }: Naming): FileFault[] =>
  namedInSteps(graphs).flatMap(({ path, environment: name }) =>
    name === undefined || Object.hasOwn(environments, name)
      ? []
      : [
          {
            path: ['graphs', ...path, 'environment'],
            message: missing('environment', name, Object.keys(environments)),
          },
        ],
  );

const missing = (what: 'command' | 'environment', name: string, known: readonly string[]) =>
  `there is no ${what} ${name} under \`${what}s\`${didYouMean(name, known)}`;
