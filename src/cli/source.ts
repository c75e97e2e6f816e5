/** Opens what `verify`, `replay` and `export` read: the database, or an exported file. */
import { open } from 'node:fs/promises';
import type { StreamRef } from '../core/stream.ts';
import { type AuditSource, liveAuditSource } from '../engine/audit-source.ts';
import { readExport } from '../engine/export.ts';
import type { StreamHead } from '../engine/ports/event-log.ts';
import type { Ledger } from '../engine/ports/ledger.ts';
import { checkStreamName, findStream } from './find-stream.ts';
import type { Services } from './services.ts';

type RecordSource = AsyncDisposable & {
  record: AuditSource;
  streams: AsyncIterable<StreamRef>;
  /** Whether the record has every stream. */
  whole: boolean;
  /** How many events are missing in the record, by its own count. */
  missing: number;
  /** What the database keeps beside the events; `null` where the record is a file. */
  head(stream: StreamRef): Promise<StreamHead | null>;
  /** What was spent, entry by entry; `null` where the record is a file. */
  ledger: Pick<Ledger, 'spentBy'> | null;
};

/** `stream`: the name of one stream; null for all. */
export async function openSource(
  services: Services,
  file: string | undefined,
  stream: string | null,
): Promise<RecordSource> {
  if (stream !== null) checkStreamName(stream);
  const chosen = (audit: AuditSource) => (stream === null ? audit.streams() : only(audit, stream));
  if (file !== undefined) {
    const { audit, whole, missing } = await readFile(file);
    const head = async () => null;
    return {
      record: audit,
      streams: chosen(audit),
      whole,
      missing,
      head,
      ledger: null,
      [Symbol.asyncDispose]: async () => {},
    };
  }
  const opened = await services.openLog();
  const audit = liveAuditSource(opened);
  const head = (ref: StreamRef) => opened.log.load(ref);
  return {
    record: audit,
    streams: chosen(audit),
    whole: true,
    missing: 0,
    head,
    ledger: opened.ledger,
    [Symbol.asyncDispose]: opened.close,
  };
}

async function readFile(path: string): ReturnType<typeof readExport> {
  try {
    await using file = await open(path);
    return await readExport(file.readLines());
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : error}`);
  }
}

async function* only(audit: AuditSource, name: string): AsyncIterable<StreamRef> {
  yield await findStream(audit, name);
}
