/** `gatehouse logs --raw`: what runs printed, word for word, once they have ended. */

import { plain, visible } from '../core/text/plain-text.ts';
import { shownLine } from '../core/text/terminal-text.ts';
import type { RunView } from '../core/view.ts';
import { textOrExpiry } from '../engine/ports/artifacts.ts';
import { type Output, print } from './output.ts';
import type { OpenedLog } from './services.ts';

type RawLog = Pick<RunView, 'run' | 'step' | 'agent' | 'state' | 'detail'> & {
  stdout: string;
  stderr: string;
};

export async function printRaw(
  { artifacts }: Pick<OpenedLog, 'artifacts'>,
  output: Output,
  of: { task: string; runs: RunView[]; json: boolean },
): Promise<void> {
  const left = await artifacts.list(of.task);
  const read = async (run: string, name: string): Promise<string> => {
    const found = left.find(artifact => artifact.run === run && artifact.name === name);
    return found ? textOrExpiry(artifacts, found.digest) : '';
  };
  const logs: RawLog[] = [];
  for (const { run, step, agent, state, detail } of of.runs) {
    const stdout = await read(run, 'stdout.log');
    const stderr = await read(run, 'stderr.log');
    if (of.runs.length === 1 || stdout !== '' || stderr !== '')
      logs.push({ run, step, agent, state, detail, stdout, stderr });
  }
  const lines = logs.length > 0 ? logs.flatMap(linesOf) : ['Nothing was printed.'];
  print(output, of.json, logs, lines);
}

function linesOf({ run, agent, state, detail, stdout, stderr }: RawLog): string[] {
  const text = (stream: string, printed: string): string[] =>
    printed === '' ? [] : [`--- ${stream}`, ...printed.trimEnd().split('\n').map(inTerminal)];
  const why = plain(detail.split('\n')[0] ?? '', 200);
  const nothing = stdout === '' && stderr === '' ? ['Nothing was printed, or it is not kept.'] : [];
  return [
    `=== ${run}, ${plain(agent)}: ${state}${why ? `, ${why}` : ''}`,
    ...nothing,
    ...text('standard output', stdout),
    ...text('standard error', stderr),
    '',
  ];
}

const inTerminal = (line: string): string => visible(shownLine(line).replaceAll('\t', '    '));
