/** What a run has done until now, in short: it is shown while the run works, and forgotten after it. */
import { z } from 'zod';
import { type AgentEvent, Usage } from './agent-event.ts';

/** What is kept of it: the last commands, the first files, and so many characters of each text. */
const COMMANDS = 5;
const FILES = 20;
const CHARACTERS = 500;

const RunCommand = z.strictObject({
  callId: z.string(),
  command: z.string(),
  /** `null` while it runs, and where the agent does not say. */
  exitCode: z.number().int().nullable(),
  state: z.enum(['running', 'done', 'failed', 'denied']),
});
type RunCommand = z.infer<typeof RunCommand>;

export const Progress = z.strictObject({
  adapter: z.string(),
  version: z.string(),
  model: z.string().nullable(),
  /** The last thing that the agent said; empty before that. */
  message: z.string(),
  /** The last ones, and how many there were before them. */
  commands: z.array(RunCommand),
  commandsBefore: z.number().int(),
  /** The first ones that it says it changed, and whether there are others. */
  files: z.array(z.string()),
  otherFiles: z.boolean(),
  /** What the run used, earlier parts of it included. */
  usage: Usage,
});
export type Progress = z.infer<typeof Progress>;

/** The progress after one more event; the same object where the event changes nothing that is shown. */
export function progressAfter(progress: Progress, event: AgentEvent): Progress {
  switch (event.type) {
    case 'session.started':
      return { ...progress, model: event.model ?? progress.model };
    case 'message':
      return event.role === 'assistant' ? { ...progress, message: cut(event.text) } : progress;
    case 'tool.started':
      if (event.command !== undefined)
        return withCommand(progress, {
          callId: cut(event.callId),
          command: cut(event.command),
          exitCode: null,
          state: 'running',
        });
      return event.kind === 'file_change' ? withFiles(progress, event.paths ?? []) : progress;
    case 'tool.finished': {
      const { callId, ok, exitCode } = event;
      const failed = !ok || (exitCode !== null && exitCode !== 0);
      return ended(progress, callId, { exitCode, state: failed ? 'failed' : 'done' });
    }
    case 'tool.denied':
      if (event.action === 'command.exec' && event.resource !== undefined)
        return withCommand(progress, {
          callId: cut(event.callId ?? ''),
          command: cut(event.resource),
          exitCode: null,
          state: 'denied',
        });
      return event.callId === undefined
        ? progress
        : ended(progress, event.callId, { exitCode: null, state: 'denied' });
    default:
      return progress;
  }
}

/** Of a command that started already the entry is replaced. */
function withCommand(progress: Progress, command: RunCommand): Progress {
  const others = progress.commands.filter(({ callId }) => callId !== command.callId);
  const all = [...others, command];
  const more = Math.max(0, all.length - COMMANDS);
  return {
    ...progress,
    commands: all.slice(more),
    commandsBefore: progress.commandsBefore + more,
  };
}

function ended(
  progress: Progress,
  call: string,
  end: Pick<RunCommand, 'exitCode' | 'state'>,
): Progress {
  const callId = cut(call);
  if (!progress.commands.some(command => command.callId === callId)) return progress;
  const commands = progress.commands.map(command =>
    command.callId === callId
      ? { callId, command: command.command, exitCode: end.exitCode, state: end.state }
      : command,
  );
  return { ...progress, commands };
}

function withFiles(progress: Progress, paths: readonly string[]): Progress {
  const all = new Set([...progress.files, ...paths.map(cut)]);
  if (all.size === progress.files.length) return progress;
  const otherFiles = progress.otherFiles || all.size > FILES;
  return { ...progress, files: [...all].slice(0, FILES), otherFiles };
}

const cut = (text: string): string =>
  text.length > CHARACTERS ? `${text.slice(0, CHARACTERS - 1)}…` : text;
