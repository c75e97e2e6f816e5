/** Export: everything `verify` and `replay` need, as JSON lines, with no database. */
import { z } from 'zod';
import { Digest, type PolicyDecision } from '../../core/decision.ts';
import { StoredEvent } from '../../core/event.ts';
import { type StreamRef, streamName } from '../../core/stream.ts';
import type { AuditSource } from '../audit-source.ts';
import { canonical, digestOf } from '../chain.ts';

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

/** An export that can be read more than once. */
export type ExportText = {
  lines(): AsyncIterable<string>;
  /** One of the lines that were read, by its place: 0, 1, 2 … */
  line(index: number): Promise<string>;
};

export type ReadExport = {
  audit: AuditSource;
  /** Whether it has all streams that there were when it was written. */
  whole: boolean;
  /** What is wrong with it as a file. */
  faults: string[];
  /** What else whoever verifies it has to know. */
  notes: string[];
};

type Header = Extract<Line, { kind: 'gatehouse-export' }>;
type IndexedStream = { ref: StreamRef; lines: number[] };

/** Reads an export; throws with the line's number on anything that is not one. Only places are kept in memory. */
export async function readExport(file: ExportText): Promise<ReadExport> {
  const streams = new Map<string, IndexedStream>();
  const contents = new Map<string, number>();
  let number = 0;
  let header: Header | null = null;
  let read = 0;
  let written: number | null = null;
  for await (const text of file.lines()) {
    number += 1;
    if (text.trim() === '') continue;
    const line = parse(text, number);
    if (written !== null)
      throw new Error(`line ${number}: something follows the end of the export`);
    if (line.kind === 'gatehouse-export') {
      if (header)
        throw new Error(`line ${number}: another export begins here: verify each by itself`);
      header = line;
    }
    if (!header) throw new Error(`line ${number}: this is not an export of Gatehouse`);
    if (line.kind === 'end') written = line.events;
    if (line.kind === 'content') {
      if (digestOf(line.text) !== line.digest)
        throw new Error(`line ${number}: the content does not have the digest ${line.digest}`);
      contents.set(line.digest, number - 1);
    }
    if (line.kind !== 'event') continue;
    const name = streamName(line.event.stream);
    const stream = streams.get(name) ?? { ref: line.event.stream, lines: [] };
    stream.lines.push(number - 1);
    streams.set(name, stream);
    read += 1;
  }
  if (!header) throw new Error('the file is empty');
  if (header.v === 2 && written === null)
    throw new Error(`line ${number}: the file was cut: its end is missing`);
  const missing = written === null ? 0 : written - read;
  return {
    audit: sourceOf(file, streams, contents),
    ...extentOf(header, [...streams.keys()]),
    faults: [...countFaults(missing), ...partFaults(header, streams.size)],
  };
}

function sourceOf(
  file: ExportText,
  streams: ReadonlyMap<string, IndexedStream>,
  contents: ReadonlyMap<string, number>,
): AuditSource {
  // It was read and found good before.
  const lineAt = async (index: number) => JSON.parse(await file.line(index)) as Line;
  return {
    async *streams() {
      for (const { ref } of streams.values()) yield ref;
    },
    async *events(stream) {
      for (const index of streams.get(streamName(stream))?.lines ?? []) {
        const line = await lineAt(index);
        if (line.kind === 'event') yield line.event;
      }
    },
    async content(digest) {
      const index = contents.get(digest);
      const line = index === undefined ? null : await lineAt(index);
      return line?.kind === 'content' ? line.text : null;
    },
  };
}

/** Whoever edits a file can edit what it says of itself: what it does not hold is said. */
function extentOf(header: Header, streams: string[]): Pick<ReadExport, 'whole' | 'notes'> {
  const [first, ...others] = streams;
  const whole = header.v === 2 ? header.whole : others.length > 0;
  const notes = [];
  if (!whole && first !== undefined)
    notes.push(`The file holds ${first} alone, not the whole log.`);
  if (header.v === 1)
    notes.push(
      'The file says that a first version of Gatehouse wrote it: where it was cut at its end, only anchors tell.',
    );
  return { whole, notes };
}

function countFaults(missing: number): string[] {
  if (missing === 0) return [];
  return missing > 0
    ? [`events that were written and are not in the file: ${missing}`]
    : [`events that are in the file and were not written: ${-missing}`];
}

/** Either all streams are exported, or one. */
const partFaults = (header: Header, streams: number): string[] =>
  header.v === 2 && !header.whole && streams !== 1
    ? [`the file says that it holds one stream, and holds ${streams}: its first line was changed`]
    : [];

function parse(text: string, number: number): Line {
  let value: unknown;
  let written: string;
  try {
    value = JSON.parse(text);
    written = canonical(value);
  } catch {
    throw new Error(`line ${number}: this is not JSON`);
  }
  const line = Line.safeParse(value);
  if (!line.success) {
    const issue = line.error.issues[0];
    throw new Error(`line ${number}: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  // Of a key that stands twice another reader may take the other value.
  if (written !== text)
    throw new Error(`line ${number}: this is not letter for letter what Gatehouse writes`);
  return line.data;
}
