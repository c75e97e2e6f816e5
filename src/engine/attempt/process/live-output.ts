/**
 * What a run says is shown while it runs: its journal's lines are copied in batches to where readers
 * follow them. The run never waits for that, and a batch that can't be written is tried again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type AgentEvent, NO_USAGE, type Usage } from '../../../core/agent-event.ts';
import { type Progress, progressAfter } from '../../../core/progress.ts';
import type { Logger } from '../../ports/logger.ts';
import type { RunOutput, RunPart } from '../../ports/run-output.ts';

/** Between two batches, so that an agent that says much makes few of them. */
const PAUSE_MS = 200;
/** After a batch that could not be written. */
const RETRY_MS = 5_000;
/** Of one batch, so that it holds up nothing else in the process. */
const BATCH_CHARACTERS = 256 * 1024;

export type LiveOutput = {
  /** A line of the journal, and what it says. */
  written(line: string, event: AgentEvent): void;
  /** Adds nothing more. What was not added yet stands in the journal. */
  close(): Promise<void>;
  /** Once the journal is kept, nobody needs it. */
  drop(): Promise<void>;
};

/** `usage`: what the run used until now. */
export function createLiveOutput(
  { runOutput, logger }: { runOutput: RunOutput; logger: Logger },
  of: {
    part: RunPart;
    begins: Pick<Progress, 'adapter' | 'version' | 'model'>;
    usage: () => Usage;
  },
): LiveOutput {
  let progress: Progress = {
    ...of.begins,
    message: '',
    commands: [],
    commandsBefore: 0,
    files: [],
    otherFiles: false,
    usage: NO_USAGE,
  };
  let waiting: string[] = [];
  let added = 0;
  let adding: Promise<void> | null = null;
  const closed = new AbortController();
  const { signal } = closed;

  const addBatch = async (): Promise<void> => {
    const lines = firstOf(waiting);
    progress = { ...progress, usage: of.usage() };
    await runOutput.add(of.part, { first: added + 1, lines, progress });
    added += lines.length;
    waiting = waiting.slice(lines.length);
  };

  const addAll = async (): Promise<void> => {
    // What an earlier attempt at this run said is not part of this one.
    if (added === 0) await runOutput.drop(of.part).catch(warn);
    while (waiting.length > 0 && !signal.aborted) {
      const isAdded = await addBatch().then(() => true, warn);
      const ms = isAdded ? PAUSE_MS : RETRY_MS;
      await sleep(ms, undefined, { signal }).catch(() => {});
    }
    adding = null;
  };
  const warn = (error: unknown): false => {
    logger.warn({ err: error, ...of.part }, 'what a run says could not be shown');
    return false;
  };

  return {
    written(line, event) {
      if (signal.aborted) return;
      progress = progressAfter(progress, event);
      waiting.push(line);
      adding ??= addAll();
    },
    async close() {
      closed.abort();
      waiting = [];
      await adding;
    },
    async drop() {
      await runOutput.drop(of.part).catch(warn);
    },
  };
}

/** At least one; together as long as a batch may be. */
function firstOf(lines: readonly string[]): string[] {
  let characters = 0;
  const end = lines.findIndex(line => {
    characters += line.length;
    return characters > BATCH_CHARACTERS;
  });
  return lines.slice(0, end === -1 ? lines.length : Math.max(1, end));
}
