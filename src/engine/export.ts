/** Export: everything `verify` and `replay` need, as JSON lines, with no database. */
import { z } from 'zod';
import { Digest, type PolicyDecision } from '../core/decision.ts';
import { StoredEvent } from '../core/event.ts';
import { type StreamRef, streamName } from '../core/stream.ts';
import type { AuditSource } from './audit-source.ts';
import { canonical, digestOf } from './chain.ts';

const Line = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gatehouse-export'), v: z.literal(1) }),
  z.strictObject({ kind: z.literal('event'), event: StoredEvent }),
  z.strictObject({ kind: z.literal('content'), digest: Digest, text: z.string() }),
]);
type Line = z.infer<typeof Line>;

/** The lines of an export, each ending in a newline; contents stand before the events that name them. */
export async function* exportLines(
  audit: AuditSource,
  streams: AsyncIterable<StreamRef> | Iterable<StreamRef>,
): AsyncIterable<string> {
  const written = new Set<string>();
  const line = (value: Line) => `${canonical(value)}\n`;
  yield line({ kind: 'gatehouse-export', v: 1 });
  for await (const stream of streams)
    for await (const event of audit.events(stream)) {
      if (event.type === 'policy.decided') {
        const { decision } = event.data as { decision: PolicyDecision };
        const { policyDigest, factsDigest, observed } = decision;
        const digests = [policyDigest, factsDigest, ...(observed ? [observed.policyDigest] : [])];
        for (const digest of digests) {
          const text = written.has(digest) ? null : await audit.content(digest);
          written.add(digest);
          if (text !== null) yield line({ kind: 'content', digest, text });
        }
      }
      yield line({ kind: 'event', event });
    }
}

/** Reads an export; throws with the line's number on anything that is not one. */
export async function readExport(lines: AsyncIterable<string>): Promise<AuditSource> {
  const events = new Map<string, StoredEvent[]>();
  const contents = new Map<string, string>();
  let number = 0;
  let begun = false;
  for await (const text of lines) {
    number += 1;
    if (text.trim() === '') continue;
    const line = parse(text, number);
    if (!begun && line.kind !== 'gatehouse-export')
      throw new Error(`line ${number}: this is not an export of Gatehouse`);
    begun = true;
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
    }
  }
  if (!begun) throw new Error('the file is empty');
  return {
    async *streams() {
      for (const stream of events.values()) if (stream[0]) yield stream[0].stream;
    },
    async *events(stream) {
      yield* events.get(streamName(stream)) ?? [];
    },
    content: async digest => contents.get(digest) ?? null,
  };
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
