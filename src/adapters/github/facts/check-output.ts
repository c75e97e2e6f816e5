/** The output of a failing check, as data: the end of its job's log, or the report of its App. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import type { FailedCheck } from '../../../core/failed-check.ts';
import { redact } from '../../../core/redaction/redact.ts';
import { withoutTerminalSequences } from '../../../core/text/terminal-text.ts';
import type { CheckOutput } from '../../../engine/ports/check-output.ts';
import type { Client, Clients } from '../client/client.ts';
import { orNull } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';

/** Bytes kept of a log's end, where its failures are. */
const TAIL_BYTES = 64 * 1024;
/** Bytes read at most, and for how long, so that a log without end is not read for ever. */
const READ_BYTES = 64 * 1024 * 1024;
const READ_MS = 60_000;

const Body = z.custom<AsyncIterable<Uint8Array>>(
  value => typeof value === 'object' && value !== null && Symbol.asyncIterator in value,
);

const UNREAD = `its first ${READ_BYTES / 1024 / 1024} MiB are read, and this is their end`;

type OutputOf = Pick<FailedCheck, 'id' | 'head' | 'reportedAs'>;

export const readCheckOutput = (
  clients: Clients,
  repository: Repository,
  check: OutputOf,
): Promise<CheckOutput> =>
  check.reportedAs === 'status'
    ? readStatus(clients, repository, check)
    : readCheckRun(clients, repository, check.id);

/** A commit status has a line of text, and a link that nothing here follows. */
async function readStatus(
  clients: Clients,
  repository: Repository,
  { id, head }: OutputOf,
): Promise<CheckOutput> {
  const octokit = clients(repository, 'facts');
  const { data } = await octokit.rest.repos.listCommitStatusesForRef({
    ...repositoryPath(repository),
    ref: head,
    per_page: 100,
  });
  const status = data.find(one => one.id === id);
  const said = [status?.description, status?.target_url].filter(Boolean).join('\n');
  return {
    name: status?.context ?? '',
    text: redact(withoutTerminalSequences(said)).slice(0, 4000),
    annotations: [],
  };
}

async function readCheckRun(
  clients: Clients,
  repository: Repository,
  checkRun: number,
): Promise<CheckOutput> {
  const octokit = clients(repository, 'facts');
  const path = repositoryPath(repository);
  const asked = { ...path, check_run_id: checkRun };
  const [{ data: run }, { data: annotations }, log] = await Promise.all([
    octokit.rest.checks.get(asked),
    octokit.rest.checks.listAnnotations({ ...asked, per_page: 50 }),
    // A job of Actions has the id of its check run; checks by other Apps have no log.
    orNull(readLog(octokit, repository, checkRun)),
  ]);
  const { title, summary, text } = run.output;
  const reported = [title, summary, text].filter(Boolean).join('\n\n');
  return {
    name: run.name,
    text: redact(withoutTerminalSequences(log ?? tail(Buffer.from(reported)))),
    annotations: annotations.map(({ path, start_line, annotation_level, message }) =>
      redact(`${path}:${start_line} ${annotation_level}: ${message}`).slice(0, 2000),
    ),
  };
}

/** `null` where it breaks off: what its middle says may be none of its failures. */
async function readLog(
  octokit: Client,
  repository: Repository,
  job: number,
): Promise<string | null> {
  const response = await octokit.request('GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs', {
    ...repositoryPath(repository),
    job_id: job,
    request: { parseSuccessResponseBody: false, signal: AbortSignal.timeout(READ_MS) },
  });
  return endOf(Body.parse(response.data)).catch(() => null);
}

async function endOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let held = 0;
  let read = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    held += chunk.length;
    read += chunk.length;
    while (held - (chunks[0]?.length ?? 0) >= TAIL_BYTES) held -= chunks.shift()?.length ?? 0;
    if (read > READ_BYTES) return `${tail(Buffer.concat(chunks))}\n… (the log goes on: ${UNREAD})`;
  }
  return tail(Buffer.concat(chunks));
}

/** The last whole lines within the limit. */
function tail(bytes: Buffer): string {
  if (bytes.length <= TAIL_BYTES) return bytes.toString('utf8');
  const end = bytes.subarray(bytes.length - TAIL_BYTES);
  return `… (the beginning is left out)\n${end.subarray(end.indexOf(0x0a) + 1).toString('utf8')}`;
}
