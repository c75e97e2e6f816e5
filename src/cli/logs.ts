/** `gatehouse logs`: what the runs of a task printed, all of it. */
import { shownLine } from '../core/terminal-text.ts';
import type { RunView } from '../core/view.ts';
import { showTask } from '../engine/queries.ts';
import { type Output, plain, print, visible } from './output.ts';
import type { OpenedLog, Services } from './services.ts';
import { noTask, taskId } from './task-id.ts';

type RunLog = Pick<RunView, 'run' | 'step' | 'agent' | 'state' | 'detail'> & {
  stdout: string;
  stderr: string;
};

export async function logs(
  services: Pick<Services, 'openLog'>,
  output: Output,
  of: { task: string; run: string | null },
  options: { json: boolean },
): Promise<void> {
  const opened = await services.openLog();
  try {
    const view = await showTask(opened, await taskId(opened, of.task));
    if (!view) throw noTask(of.task);
    const runs = view.runs.filter(({ run }) => of.run === null || run === of.run);
    if (of.run !== null && runs.length === 0)
      throw new Error(
        `task ${view.id} has no run "${plain(of.run)}": \`gatehouse status ${view.id}\` lists them`,
      );
    const logs: RunLog[] = [];
    for (const { run, step, agent, state, detail } of runs) {
      const { stdout, stderr } = await printedBy(opened, view.id, run);
      if (of.run !== null || stdout !== '' || stderr !== '')
        logs.push({ run, step, agent, state, detail, stdout, stderr });
    }
    print(
      output,
      options.json,
      logs,
      logs.length > 0 ? logs.flatMap(lines) : ['Nothing was printed.'],
    );
  } finally {
    await opened.close();
  }
}

async function printedBy(
  { artifacts }: OpenedLog,
  task: string,
  run: string,
): Promise<{ stdout: string; stderr: string }> {
  const left = (await artifacts.list(task)).filter(artifact => artifact.run === run);
  const read = async (name: string) => {
    const found = left.find(artifact => artifact.name === name);
    return found ? (await artifacts.get(found.digest)).toString('utf8') : '';
  };
  return { stdout: await read('stdout.log'), stderr: await read('stderr.log') };
}

function lines({ run, agent, state, detail, stdout, stderr }: RunLog): string[] {
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
