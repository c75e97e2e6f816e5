/** `gatehouse replay <task> --run <run> --agent`: the same run once more, or where it first differs. */

import { plain } from '../core/plain-text.ts';
import type { ReplayedPart } from '../engine/agent-replay/replay-part.ts';
import { replayRun } from '../engine/agent-replay/replay-run.ts';
import { type Output, print } from './output.ts';
import type { Services } from './services.ts';
import { taskId } from './task-id.ts';

export async function replayOneRun(
  services: Pick<Services, 'openReplay'>,
  output: Output,
  of: { task: string; run: string },
  { json }: { json: boolean },
): Promise<void> {
  const opened = await services.openReplay();
  try {
    const task = await taskId(opened, of.task);
    const parts = await replayRun(opened, task, of.run);
    const ok = parts.every(({ divergence }) => divergence === null);
    print(output, json, { ok, task, run: of.run, parts }, [
      ...parts.flatMap(part => lines(part, parts.length)),
      `replay: ${ok ? 'identical' : 'different'} (${of.run} of ${task})`,
    ]);
    if (!ok) output.exit(1);
  } finally {
    await opened.close();
  }
}

function lines(
  { part, agent, recorded, answered, patch, divergence }: ReplayedPart,
  parts: number,
): string[] {
  const name = parts > 1 ? `part ${part}, ${agent}` : agent;
  const asked = recorded > 0 ? `, ${answered} of ${recorded} requests to the model` : '';
  if (!divergence) return [`${plain(name)}${asked}, ${patch ? `patch ${patch}` : 'no change'}`];
  const side = (text: string) => plain(text, 600);
  return [
    `${plain(name)}${asked}`,
    `first divergence: ${side(divergence.of)}, at ${side(divergence.at)}`,
    `  recorded  ${side(divergence.recorded)}`,
    `  replayed  ${side(divergence.replayed)}`,
  ];
}
