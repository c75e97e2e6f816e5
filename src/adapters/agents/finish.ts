/** The last event of every journal, from how the process ended and what the agent reported. */
import { constants } from 'node:os';
import type { AgentEvent } from '../../core/agent-event.ts';
import type { SandboxEnd } from '../../engine/ports/sandbox.ts';

type Finished = Extract<AgentEvent, { type: 'session.finished' }>;

/**
 * `who`: the agent's name, for people. `ok`: the CLI itself reported that it is done; exit code 0 alone
 * proves nothing. Where the process was ended from outside, that is the summary, because the agent's own
 * may be cut anywhere.
 */
export function finish(
  end: SandboxEnd,
  reported: { who: string; ok: boolean; summary: string; structured?: unknown },
): Finished {
  const signal = end.signal ?? (reported.ok ? null : signalOf(end.exitCode));
  const status = statusOf(end, signal, reported.ok);
  const own = status === 'ok' || status === 'failed';
  return {
    type: 'session.finished',
    status,
    exitCode: end.exitCode,
    signal,
    summary: own ? reported.summary : `${reported.who} ${describeEnd(end)}.`,
    ...(status === 'ok' &&
      reported.structured !== undefined && { structured: reported.structured }),
  };
}

/** A call of a tool that had not ended when its process did. */
export const unfinished = (
  callId: string,
  error = 'the process ended before the tool did',
): Extract<AgentEvent, { type: 'tool.finished' }> => ({
  type: 'tool.finished',
  callId,
  ok: false,
  exitCode: null,
  output: '',
  error,
});

function statusOf(end: SandboxEnd, signal: string | null, ok: boolean): Finished['status'] {
  if (end.by === 'aborted') return 'cancelled';
  if (end.by === 'timeout' || end.by === 'output_limit') return 'limit';
  if (signal !== null) return 'killed';
  return ok && end.exitCode === 0 ? 'ok' : 'failed';
}

/** A process 1 tells of a signal by exit code: 128 and its number. */
function signalOf(exitCode: number | null): string | null {
  const found = Object.entries(constants.signals).find(([, number]) => exitCode === 128 + number);
  return found?.[0] ?? null;
}

/** How a process ended, for people. */
export function describeEnd(end: SandboxEnd): string {
  if (end.by === 'aborted') return 'was canceled';
  if (end.by === 'timeout') return 'ran into its time limit';
  if (end.by === 'output_limit') return 'printed more than its limit';
  if (end.by === 'disk_full') return 'was ended because the disk was about to be full';
  return end.exitCode === null ? `was ended by ${end.signal}` : `exited with ${end.exitCode}`;
}
