/** What one part of `gatehouse.yml` names, and no other part of it has. */
import type { Environments } from './environment.ts';
import type { FileFault } from './file-fault.ts';
import { type GraphFiles, stepsWritten } from './graph-file.ts';
import { didYouMean } from './nearest.ts';

type Naming = {
  commands: Readonly<Record<string, unknown>>;
  environments?: Environments | undefined;
  graphs?: GraphFiles | undefined;
};

/** The commands that may be found in the files of a repository: see the room `toolchain`. */
export const FOUND_COMMANDS = ['install', 'lint', 'test'];

/** Commands that are neither written nor ever found: a call is told of one when it needs it. */
export function commandNameFaults(file: Naming): FileFault[] {
  const { environments = {}, graphs = {} } = file;
  const known = [...FOUND_COMMANDS, ...Object.keys(file.commands)];
  const lacks = (path: FileFault['path'], name: string): FileFault[] =>
    known.includes(name)
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
    ...stepsWritten(graphs).flatMap(({ spec, path }) =>
      spec.kind === 'command' ? lacks(['graphs', ...path], spec.command) : [],
    ),
  ];
}

export const environmentNameFaults = ({ environments = {}, graphs = {} }: Naming): FileFault[] =>
  stepsWritten(graphs).flatMap(({ spec, path }) => {
    const name = spec.kind === 'builtin' ? spec.environment : undefined;
    if (name === undefined || Object.hasOwn(environments, name)) return [];
    const message = missing('environment', name, Object.keys(environments));
    return [{ path: ['graphs', ...path, 'environment'], message }];
  });

const missing = (what: 'command' | 'environment', name: string, known: readonly string[]) =>
  `there is no ${what} ${name} under \`${what}s\`${didYouMean(name, known)}`;
