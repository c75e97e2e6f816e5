/** What `verify`, `replay` and `export` read: the database, or an exported file. */
import { open } from 'node:fs/promises';
import { parseStreamName, type StreamRef } from '../core/stream.ts';
import { type AuditSource, liveAuditSource } from '../engine/audit-source.ts';
import { readExport } from '../engine/export.ts';
import type { StreamHead } from '../engine/ports/event-log.ts';
import type { Services } from './services.ts';

type RecordSource = AsyncDisposable & {
  record: AuditSource;
  streams: AsyncIterable<StreamRef>;
  /** What the database keeps beside the events; `null` where the record is a file. */
  head(stream: StreamRef): Promise<StreamHead | null>;
};

/** `stream` by its name; all of them where it is `null`. */
export async function openSource(
  services: Services,
  file: string | undefined,
  stream: string | null,
): Promise<RecordSource> {
  const wanted = stream === null ? null : parse(stream);
  const chosen = (audit: AuditSource) => (wanted ? only(audit, wanted) : audit.streams());
  if (file !== undefined) {
    const audit = await readFile(file);
    const head = async () => null;
    return {
      record: audit,
      streams: chosen(audit),
      head,
      [Symbol.asyncDispose]: async () => {},
    };
  }
  const opened = await services.openLog();
  const audit = liveAuditSource(opened);
  const head = (ref: StreamRef) => opened.log.load(ref);
  return { record: audit, streams: chosen(audit), head, [Symbol.asyncDispose]: opened.close };
}

function parse(name: string): StreamRef {
  try {
    return parseStreamName(name);
  } catch {
    throw new Error(`"${name}" is no stream: they are called like task/42-1-0a1b2c3d`);
  }
}

async function readFile(path: string): Promise<AuditSource> {
  try {
    await using file = await open(path);
    return await readExport(file.readLines());
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : error}`);
  }
}

async function* only(audit: AuditSource, wanted: StreamRef): AsyncIterable<StreamRef> {
  for await (const stream of audit.streams())
    if (stream.kind === wanted.kind && stream.id === wanted.id) return yield stream;
  throw new Error(`there is no stream ${wanted.kind}/${wanted.id}`);
}
