/** `gatehouse replay <task> --agent [--run <run>]`: one run or all once more, and how faithful that was. */

import { plain } from '../core/text/plain-text.ts';
import type { ReplayedPart } from '../engine/agent-replay/replay-part.ts';
import { replayRun } from '../engine/agent-replay/replay-run.ts';
import {
  type Fidelity,
  fidelityOf,
  type ReplayedRun,
  replayTask,
} from '../engine/agent-replay/replay-task.ts';
import type { SameOf } from '../engine/agent-replay/tool-calls.ts';
import { type Output, print } from './output.ts';
import type { Services } from './services.ts';
import { taskId } from './task-id.ts';

type Needs = Pick<Services, 'openReplay'>;

export async function replayOneRun(
  services: Needs,
  output: Output,
  of: { task: string; run: string },
  { json }: { json: boolean },
): Promise<void> {
  const opened = await services.openReplay();
  try {
    const task = await taskId(opened, of.task);
    const parts = await replayRun(opened, task, of.run);
    const fidelity = fidelityOf(parts);
    const ok = fidelity.identical;
    print(output, json, { ok, task, run: of.run, fidelity, parts }, [
      ...parts.flatMap(part => lines(part, parts.length)),
      `replay: ${ok ? 'identical' : 'different'} (${of.run} of ${task})`,
    ]);
    if (!ok) output.exit(1);
  } finally {
    await opened.close();
  }
}

/** Nothing is shown as proved where nothing could be replayed. */
export async function replayAllRuns(
  services: Needs,
  output: Output,
  of: string,
  { json }: { json: boolean },
): Promise<void> {
  const opened = await services.openReplay();
  try {
    const task = await taskId(opened, of);
    const { runs, skipped, total } = await replayTask(opened, task);
    const ok = runs.length > 0 && total.runs.same === total.runs.of;
    const verdict = ok
      ? 'identical'
      : runs.length === 0
        ? 'nothing could be replayed'
        : 'different';
    print(output, json, { ok, task, runs, skipped, total }, [
      ...runs.flatMap(linesOfRun),
      ...skipped.map(({ run, because }) => plain(`${run}: not replayed: ${because}`, 600)),
      `replay: ${verdict} (${share(total.runs)} runs of ${task}: ${share(total.requests)} requests, ${share(total.tools)} calls of tools, ${share(total.patches)} patches)`,
    ]);
    if (!ok) output.exit(1);
  } finally {
    await opened.close();
  }
}

const share = ({ same, of }: SameOf): string => `${same} of ${of}`;

function linesOfRun({ run, fidelity, parts }: ReplayedRun): string[] {
  const { divergence } = parts.find(part => part.divergence !== null) ?? { divergence: null };
  const agents = [...new Set(parts.map(({ agent }) => agent))].join(', ');
  const said = `${run}, ${plain(agents)}: ${inWords(fidelity)}`;
  return divergence ? [said, ...differences(divergence)] : [said];
}

const inWords = ({ identical, requests, tools, patch }: Fidelity): string =>
  [
    identical ? 'identical' : 'different',
    ...(requests.of > 0 ? [`${share(requests)} requests`] : []),
    ...(tools.of > 0 ? [`${share(tools)} calls of tools`] : []),
    patch === 'none' ? 'no patch' : `patch ${patch}`,
  ].join(', ');

function lines(part: ReplayedPart, parts: number): string[] {
  const { agent, recorded, answered, tools, patch, divergence } = part;
  const name = parts > 1 ? `part ${part.part}, ${agent}` : agent;
  const asked = recorded > 0 ? `, ${answered} of ${recorded} requests to the model` : '';
  const called = tools.of > 0 ? `, ${share(tools)} calls of tools` : '';
  const what = `${plain(name)}${asked}${called}`;
  return divergence
    ? [what, ...differences(divergence)]
    : [`${what}, ${patch ? `patch ${patch}` : 'no change'}`];
}

function differences(divergence: ReplayedPart['divergence'] & {}): string[] {
  const side = (text: string) => plain(text, 600);
  return [
    `first divergence: ${side(divergence.of)}, at ${side(divergence.at)}`,
    `  recorded  ${side(divergence.recorded)}`,
    `  replayed  ${side(divergence.replayed)}`,
  ];
}
