/**
 * Compares a log with the ends of its streams that checkpoints and anchors have recorded. A log that was
 * changed and whose hashes were computed again has valid chains; only this comparison finds the change.
 */

import type { Anchor } from '../../core/checkpoint/anchor.ts';
import { CheckpointEvent, type StreamEnd } from '../../core/checkpoint/events.ts';
import { CHECKPOINTS, type StreamRef, streamName } from '../../core/stream.ts';
import type { AuditSource } from '../audit-source.ts';
import { UnreadableEvent } from '../ports/event-log.ts';

/** `seq`: the event that differs from what was recorded. */
type Discrepancy = { stream: string; seq: number; problem: string };

/** Where a stream ended at a time, and which checkpoint or anchor has recorded it. */
type RecordedEnd = StreamEnd & { by: string; at: string };

export type Checkpoints = {
  ends: RecordedEnd[];
  /** The latest time of one, in milliseconds; null: there is none. */
  latest: number | null;
};

/** What the checkpoints in the log itself have recorded of these streams; `null`: of all. */
export async function readCheckpoints(
  record: AuditSource,
  only: ReadonlySet<string> | null,
): Promise<Checkpoints> {
  const ends: RecordedEnd[] = [];
  let latest: number | null = null;
  try {
    for await (const { type, v, data, seq, at } of record.events(CHECKPOINTS)) {
      const event = CheckpointEvent.safeParse({ type, v, data });
      // An event that no version of Gatehouse wrote is reported by replay.
      if (event.data?.type !== 'checkpoint.made') continue;
      for (const end of event.data.data.ends)
        if (!only || only.has(end.stream)) ends.push({ ...end, by: `checkpoint ${seq}`, at });
      latest = Math.max(latest ?? 0, Date.parse(at));
    }
  } catch (error) {
    // The verdict on the checkpoints' own stream names it.
    if (!(error instanceof UnreadableEvent)) throw error;
  }
  return { ends, latest };
}

/** The ends that anchors have recorded: of the stream of checkpoints, and of all others. */
export const endsOfAnchors = (anchors: readonly Anchor[]): RecordedEnd[] =>
  anchors.flatMap(({ checkpoint, hash, at, ends }) => {
    const by = `the anchor of checkpoint ${checkpoint}`;
    const own = { stream: streamName(CHECKPOINTS), seq: checkpoint, hash };
    return [own, ...ends].map(end => ({ ...end, by, at }));
  });

/** `only`: the streams that are compared; `null`: all. */
export async function compare(
  record: AuditSource,
  recorded: readonly RecordedEnd[],
  only: ReadonlySet<string> | null,
): Promise<Discrepancy[]> {
  const byStream = new Map<string, RecordedEnd[]>();
  for (const end of recorded) {
    if (only && !only.has(end.stream)) continue;
    const ends = byStream.get(end.stream);
    if (ends) ends.push(end);
    else byStream.set(end.stream, [end]);
  }
  const found: Discrepancy[] = [];
  for (const [stream, ends] of byStream) {
    const discrepancy = await discrepancyOf(record, stream, ends);
    if (discrepancy) found.push(discrepancy);
  }
  return found;
}

/** Whoever forges a checkpoint may name what can be no stream: there are no events of it. */
function streamCalled(name: string): StreamRef {
  const [kind = '', ...id] = name.split('/');
  return { kind, id: id.join('/') } as StreamRef;
}

async function discrepancyOf(
  record: AuditSource,
  stream: string,
  recorded: readonly RecordedEnd[],
): Promise<Discrepancy | null> {
  const hashes: string[] = [];
  for await (const { seq, hash } of record.events(streamCalled(stream))) hashes[seq] = hash;
  const events = hashes.length - 1;
  const inOrder = [...recorded].sort((a, b) => a.seq - b.seq);
  let whole = 0;
  for (const { seq, hash, by, at } of inOrder) {
    if (hashes[seq] === hash) {
      whole = seq;
      continue;
    }
    const told = `${by} (${at}) has seen ${seq}`;
    const is = (problem: string): Discrepancy => ({ stream, seq, problem });
    if (events < 1) return is(`it is lost: ${told} events of it`);
    if (events < seq) return is(`it was cut: it ends at event ${events}, and ${told}`);
    const elsewhere = hashes.indexOf(hash);
    if (elsewhere > 0) return is(`it was reordered: event ${seq} stands at ${elsewhere}, by ${by}`);
    const from = whole + 1 === seq ? `event ${seq}` : `an event from ${whole + 1} to ${seq}`;
    return is(`it was edited: ${from} is not what was written, by ${by} (${at})`);
  }
  return null;
}
