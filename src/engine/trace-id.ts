/**
 * The id of a task's trace. It follows from the task's id, so every process finds the same one, also after
 * a crash, and what was logged and shown before anything was traced leads there as well.
 */
import { hash } from 'node:crypto';

/** `url`: where it is shown, as the operator has set it; `null`: nobody said. */
type TraceLink = { id: string; url: string | null };

export function traceOf(task: string, { traceUrl }: { traceUrl: string | null }): TraceLink {
  const id = traceIdOf(task);
  return { id, url: traceUrl?.replaceAll('{trace}', id) ?? null };
}

/** 32 hexadecimal digits, as W3C Trace Context has them. */
export const traceIdOf = (task: string): string =>
  hash('sha256', `gatehouse trace ${task}`).slice(0, 32);
