/**
 * A run that waits for a person costs nothing: what it changed, what its agent keeps, and what it did
 * until then are kept, before the log says that it waits. Its process has ended by now.
 */
import type { Usage } from '../../core/agent-event.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import type { Run } from '../../core/task/state.ts';
import type { Dependencies } from '../dependencies.ts';
import type { ArtifactName } from '../ports/artifacts.ts';
import type { Workspace } from '../ports/workspace.ts';
import { digestIn, keep, keepPatch } from './keep.ts';
import type { Stopped } from './pause.ts';

export async function checkpoint(
  { artifacts, logger }: Dependencies,
  task: string,
  workspace: Workspace,
  of: {
    run: Run;
    adapter: string;
    session: string | null;
    usage: Usage;
    keepsChanges: boolean;
  },
  { decision, asked }: Stopped,
  told: Partial<Record<ArtifactName, string>>,
): Promise<Extract<TaskCommand, { type: 'wait' }>> {
  const { run, adapter, session, usage } = of;
  const collected = of.keepsChanges ? await workspace.collect() : null;
  const patch = collected && (await keepPatch(artifacts, { task, run: run.id }, collected));
  // Each part of a run has a journal of its own.
  const part = { task, run: `${run.id}-part-${run.waits + 1}` };
  const home = (await workspace.keepHome()) ?? '';
  const kept = await keep(artifacts, part, { ...told, 'home.json': home });
  logger.info({ task, run: run.id, resource: decision.resource }, 'run waits for a person');
  return {
    type: 'wait',
    run: run.id,
    decision,
    asked,
    checkpoint: {
      work: patch?.work ?? run.checkpoint?.work ?? null,
      home: digestIn(kept, 'home.json'),
      session,
      adapter,
      usage,
      journal: digestIn(kept, 'journal.jsonl'),
    },
    artifacts: [...kept, ...(patch?.kept ?? [])],
  };
}
