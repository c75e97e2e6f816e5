/** Opens what `verify`, `replay` and `export` read: the database, or an exported file. */
import type { StreamRef } from '../core/stream.ts';
import { accessFaults } from '../engine/access/compare.ts';
import { type ReadExport, readExport } from '../engine/audit/export.ts';
import { type AuditSource, liveAuditSource } from '../engine/audit-source.ts';
import type { EventLog, StreamHead } from '../engine/ports/event-log.ts';
import type { Ledger } from '../engine/ports/ledger.ts';
import { openExportFile } from './export-file.ts';
import { checkStreamName, findStream } from './find-stream.ts';
import type { Services } from './services.ts';

export type RecordSource = AsyncDisposable & {
  record: AuditSource;
  streams: AsyncIterable<StreamRef>;
  /** Whether the record has every stream. */
  whole: boolean;
  /** What is wrong with the file by itself, and what else has to be known of it. */
  faults: string[];
  notes: string[];
  /** What the database keeps beside the events; `null` where the record is a file. */
  head(stream: StreamRef): Promise<StreamHead | null>;
  /** The log itself; `null` where the record is a file. */
  log: EventLog | null;
  /** What is wrong with machine tokens and sessions; nothing where the record is a file. */
  accessFaults(): Promise<string[]>;
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
    const { audit, whole, faults, notes, close } = await readFile(file);
    return {
      record: audit,
      streams: chosen(audit),
      whole,
      faults,
      notes: stream === null ? notes : [],
      head: async () => null,
      log: null,
      accessFaults: async () => [],
      ledger: null,
      [Symbol.asyncDispose]: close,
    };
  }
  const opened = await services.openLog();
  const audit = liveAuditSource(opened);
  const head = (ref: StreamRef) => opened.log.load(ref);
  return {
    record: audit,
    streams: chosen(audit),
    whole: true,
    faults: [],
    notes: [],
    head,
    log: opened.log,
    accessFaults: () => accessFaults(audit, opened),
    ledger: opened.ledger,
    [Symbol.asyncDispose]: opened.close,
  };
}

async function readFile(path: string): Promise<ReadExport & { close(): Promise<void> }> {
  await using opened = new AsyncDisposableStack();
  try {
    const file = opened.use(await openExportFile(path));
    const read = await readExport(file);
    const { audit, whole, faults, notes } = read;
    const kept = opened.move();
    return { audit, whole, faults, notes, close: () => kept.disposeAsync() };
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : error}`);
  }
}

async function* only(audit: AuditSource, name: string): AsyncIterable<StreamRef> {
  yield await findStream(audit, name);
}
