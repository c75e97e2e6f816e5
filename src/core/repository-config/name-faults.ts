/** What one part of `gatehouse.yml` names, and no other part of it has. */

import { type GraphFiles, stepsWritten } from '../graph/graph-file.ts';
import { didYouMean } from '../nearest.ts';
import type { Environments } from './environment.ts';
import type { FileFault } from './file-fault.ts';

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

/**
 * A graph of one's own deploys and looks by its own steps: what `on` says of an environment is done in
 * the graphs of Gatehouse alone, so the preview or the deployment would be left out without a word.
 */
export const unreachedFaults = ({ environments = {}, graphs = {} }: Naming): FileFault[] =>
  Object.keys(graphs).flatMap(graph => {
    const steps = stepsWritten(graphs)
      .filter(({ path }) => path[0] === graph)
      .flatMap(({ spec }) => (spec.kind === 'builtin' ? [spec] : []));
    const purposes = steps.map(({ purpose }) => purpose);
    if (!purposes.includes('publish') || !purposes.includes('merge')) return [];
    return Object.entries(environments)
      .filter(([name, { on }]) => on && !steps.some(({ environment }) => environment === name))
      .map(([name, { on = '' }]) => ({
        path: ['graphs', graph],
        message: `no step of it is for the environment ${name}, whose \`on: ${on}\` only the graphs of Gatehouse follow: add \`builtin: ${on === 'merge' ? 'deploy' : 'accept'}\` with \`environment: ${name}\`, or take \`on\` out`,
      }));
  });

const missing = (what: 'command' | 'environment', name: string, known: readonly string[]) =>
  `there is no ${what} ${name} under \`${what}s\`${didYouMean(name, known)}`;
