/**
 * What the work is about that is being done: each line that is logged meanwhile says so, whoever logs it.
 * It is not inherited by work of its own, such as an effect that an append opened.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type StreamRef, streamName } from '../core/stream.ts';

type LogContext = { delivery: string } | { task: string; run?: string } | { stream: string };

const storage = new AsyncLocalStorage<LogContext>();

export const withLogContext = <T>(context: LogContext, work: () => T): T =>
  storage.run(context, work);

/** What an effect of this stream is about; `run`: the run that it is of. */
export function contextOf(stream: StreamRef, run: string | null = null): LogContext {
  if (stream.kind === 'task') return { task: stream.id, ...(run !== null && { run }) };
  return stream.kind === 'delivery' ? { delivery: stream.id } : { stream: streamName(stream) };
}

export const logContext = (): object => storage.getStore() ?? {};
