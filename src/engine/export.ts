/** Export: everything `verify` and `replay` need, as JSON lines, with no database. */
import { z } from 'zod';
import { Digest, type PolicyDecision } from '../core/decision.ts';
import { StoredEvent } from '../core/event.ts';
import { type StreamRef, streamName } from '../core/stream.ts';
import type { AuditSource } from './audit-source.ts';
import { canonical, digestOf } from './chain.ts';

const Line = z.discriminatedUnion('kind', [
  z.discriminatedUnion('v', [
    z.strictObject({ kind: z.literal('gatehouse-export'), v: z.literal(1) }),
    /** `whole`: every stream that there was. */
    z.strictObject({ kind: z.literal('gatehouse-export'), v: z.literal(2), whole: z.boolean() }),
  ]),
  z.strictObject({ kind: z.literal('event'), event: StoredEvent }),
  z.strictObject({ kind: z.literal('content'), digest: Digest, text: z.string() }),
  /** The last line, without which a file was cut. */
  z.strictObject({ kind: z.literal('end'), events: z.number().int() }),
]);
type Line = z.infer<typeof Line>;

/**
 * The lines of an export, each ending in a newline; contents stand before the events that name them.
 * `whole`: the streams are all there are.
 */
export async function* exportLines(
  audit: AuditSource,
  streams: AsyncIterable<StreamRef> | Iterable<StreamRef>,
  whole: boolean,
): AsyncIterable<string> {
  const written = new Set<string>();
  const line = (value: Line) => `${canonical(value)}\n`;
  let events = 0;
  yield line({ kind: 'gatehouse-export', v: 2, whole });
  for await (const stream of streams)
    for await (const event of audit.events(stream)) {
      for (const digest of contentsOf(event)) {
        const text = written.has(digest) ? null : await audit.content(digest);
        written.add(digest);
        if (text !== null) yield line({ kind: 'content', digest, text });
      }
      yield line({ kind: 'event', event });
      events += 1;
    }
  yield line({ kind: 'end', events });
}

/** A log that was changed is exported as it is, for whoever finds out what was done to it. */
function contentsOf({ type, data }: StoredEvent): Digest[] {
  if (type !== 'policy.decided') return [];
  const { decision } = data as { decision?: Partial<PolicyDecision> };
  const { policyDigest, factsDigest, observed } = decision ?? {};
  return [policyDigest, factsDigest, observed?.policyDigest].filter(
    digest => Digest.safeParse(digest).success,
  ) as Digest[];
}

type ReadExport = {
  audit: AuditSource;
  /** Whether it has all streams that there were when it was written. */
  whole: boolean;
  /** How many of the events that were written are not in it. */
  missing: number;
};

/** Reads an export; throws with the line's number on anything that is not one. */
export async function readExport(lines: AsyncIterable<string>): Promise<ReadExport> {
  const events = new Map<string, StoredEvent[]>();
  const contents = new Map<string, string>();
  let number = 0;
  let head: Extract<Line, { kind: 'gatehouse-export' }> | null = null;
  let read = 0;
  let written: number | null = null;
  let ended = false;
  for await (const text of lines) {
    number += 1;
    if (text.trim() === '') continue;
    const line = parse(text, number);
    if (ended) throw new Error(`line ${number}: something follows the end of the export`);
    if (line.kind === 'gatehouse-export') head ??= line;
    if (!head) throw new Error(`line ${number}: this is not an export of Gatehouse`);
    if (line.kind === 'end') {
      ended = true;
      written = line.events;
    }
    if (line.kind === 'content') {
      if (digestOf(line.text) !== line.digest)
        throw new Error(`line ${number}: the content does not have the digest ${line.digest}`);
      contents.set(line.digest, line.text);
    }
    if (line.kind === 'event') {
      const name = streamName(line.event.stream);
      const stream = events.get(name) ?? [];
      stream.push(line.event);
      events.set(name, stream);
      read += 1;
    }
  }
  if (!head) throw new Error('the file is empty');
  if (head.v === 2 && !ended)
    throw new Error(`line ${number}: the file was cut: its end is missing`);
  const audit: AuditSource = {
    async *streams() {
      for (const stream of events.values()) if (stream[0]) yield stream[0].stream;
    },
    async *events(stream) {
      yield* events.get(streamName(stream)) ?? [];
    },
    content: async digest => contents.get(digest) ?? null,
  };
  const whole = head.v === 2 && head.whole;
  return { audit, whole, missing: written === null ? 0 : written - read };
}

function parse(text: string, number: number): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`line ${number}: this is not JSON`);
  }
  const line = Line.safeParse(value);
  if (line.success) return line.data;
  const issue = line.error.issues[0];
  throw new Error(`line ${number}: ${issue?.path.join('.')}: ${issue?.message}`);
}
