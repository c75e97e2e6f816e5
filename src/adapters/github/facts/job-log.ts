/** What a failing check has to say, as data: the end of its job's log, or what its App reported. */
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import { redact } from '../../../core/redact.ts';
import type { JobLog } from '../../../engine/ports/github.ts';
import type { Client, Clients } from '../client.ts';
import { orNull } from '../failure.ts';

/** Bytes kept of a log's end; failures stand there. */
const TAIL_BYTES = 64 * 1024;
/** Bytes read at most, so that a log without end is not read for ever. */
const READ_BYTES = 64 * 1024 * 1024;

const Body = z.custom<AsyncIterable<Uint8Array>>(
  value => typeof value === 'object' && value !== null && Symbol.asyncIterator in value,
);

export async function readJobLog(
  clients: Clients,
  repository: Repository,
  checkRun: number,
): Promise<JobLog> {
  const octokit = clients(repository, 'facts');
  const where = { owner: repository.owner, repo: repository.name };
  const { data: run } = await octokit.rest.checks.get({ ...where, check_run_id: checkRun });
  const { data: annotations } = await octokit.rest.checks.listAnnotations({
    ...where,
    check_run_id: checkRun,
    per_page: 50,
  });
  // A job of Actions has the id of its check run; checks by other Apps have no log.
  const log = await orNull(readLog(octokit, where, checkRun));
  const { title, summary, text } = run.output;
  const reported = [title, summary, text].filter(Boolean).join('\n\n');
  return {
    name: run.name,
    text: redact(stripVTControlCharacters(log ?? tail(Buffer.from(reported)))),
    annotations: annotations.map(({ path, start_line, annotation_level, message }) =>
      redact(`${path}:${start_line} ${annotation_level}: ${message}`).slice(0, 2000),
    ),
  };
}

async function readLog(
  octokit: Client,
  where: { owner: string; repo: string },
  job: number,
): Promise<string> {
  const response = await octokit.request('GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs', {
    ...where,
    job_id: job,
    request: { parseSuccessResponseBody: false },
  });
  const chunks: Uint8Array[] = [];
  let held = 0;
  let read = 0;
  for await (const chunk of Body.parse(response.data)) {
    chunks.push(chunk);
    held += chunk.length;
    read += chunk.length;
    while (held - (chunks[0]?.length ?? 0) >= TAIL_BYTES) held -= chunks.shift()?.length ?? 0;
    if (read > READ_BYTES) break;
  }
  return tail(Buffer.concat(chunks));
}

/** The last whole lines within the limit. */
function tail(bytes: Buffer): string {
  if (bytes.length <= TAIL_BYTES) return bytes.toString('utf8');
  const end = bytes.subarray(bytes.length - TAIL_BYTES);
  return `… (the beginning is left out)\n${end.subarray(end.indexOf(0x0a) + 1).toString('utf8')}`;
}
