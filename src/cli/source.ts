/** What `verify`, `replay` and `export` read: the database, or an exported file. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseStreamName, type StreamRef } from '../core/stream.ts';
import { readExport } from '../engine/export.ts';
import { liveRecord, type Record } from '../engine/record.ts';
import type { Kept } from '../engine/streams.ts';
import type { House, OpenedLog } from './house.ts';

export type Source = {
  record: Record;
  streams: AsyncIterable<StreamRef>;
  /** The state kept beside the log; `null` where the record is a file. */
  kept(stream: StreamRef): Promise<Kept | null>;
  close(): Promise<void>;
};

export async function openSource(
  house: House,
  file: string | undefined,
  stream: string | null,
): Promise<Source> {
  const opened = file === undefined ? await house.openLog() : null;
  const record = opened ? liveRecord(opened) : await readFile(file ?? '');
  const one = stream === null ? null : parseStreamName(stream);
  return {
    record,
    streams: one ? only(record, one) : record.streams(),
    kept: async ref => (opened ? keptOf(opened, ref) : null),
    close: async () => opened?.close(),
  };
}

async function readFile(file: string): Promise<Record> {
  const lines = createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  try {
    return await readExport(lines);
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}

async function* only(record: Record, wanted: StreamRef): AsyncIterable<StreamRef> {
  for await (const stream of record.streams())
    if (stream.kind === wanted.kind && stream.id === wanted.id) return yield stream;
  throw new Error(`there is no stream ${wanted.kind}/${wanted.id}`);
}

async function keptOf({ log }: OpenedLog, stream: StreamRef): Promise<Kept | null> {
  return (await log.load(stream)).folded as Kept | null;
}
