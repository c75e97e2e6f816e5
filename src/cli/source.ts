/** What `verify`, `replay` and `export` read: the database, or an exported file. */
import { open } from 'node:fs/promises';
import { parseStreamName, type StreamRef } from '../core/stream.ts';
import { readExport } from '../engine/export.ts';
import type { StreamHead } from '../engine/ports/event-log.ts';
import { liveRecord, type Record } from '../engine/record.ts';
import type { House } from './house.ts';

export type Source = AsyncDisposable & {
  record: Record;
  streams: AsyncIterable<StreamRef>;
  /** What the database keeps beside the events; `null` where the record is a file. */
  head(stream: StreamRef): Promise<StreamHead | null>;
};

/** `stream` by its name; all of them where it is `null`. */
export async function openSource(
  house: House,
  file: string | undefined,
  stream: string | null,
): Promise<Source> {
  const wanted = stream === null ? null : parse(stream);
  const chosen = (record: Record) => (wanted ? only(record, wanted) : record.streams());
  if (file !== undefined) {
    const record = await readFile(file);
    const head = async () => null;
    return { record, streams: chosen(record), head, [Symbol.asyncDispose]: async () => {} };
  }
  const opened = await house.openLog();
  const record = liveRecord(opened);
  const head = (ref: StreamRef) => opened.log.load(ref);
  return { record, streams: chosen(record), head, [Symbol.asyncDispose]: opened.close };
}

function parse(name: string): StreamRef {
  try {
    return parseStreamName(name);
  } catch {
    throw new Error(`"${name}" is no stream: they are called like task/42-1-0a1b2c3d`);
  }
}

async function readFile(path: string): Promise<Record> {
  try {
    await using file = await open(path);
    return await readExport(file.readLines());
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : error}`);
  }
}

async function* only(record: Record, wanted: StreamRef): AsyncIterable<StreamRef> {
  for await (const stream of record.streams())
    if (stream.kind === wanted.kind && stream.id === wanted.id) return yield stream;
  throw new Error(`there is no stream ${wanted.kind}/${wanted.id}`);
}
