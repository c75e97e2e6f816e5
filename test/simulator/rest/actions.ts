import { randomBytes } from 'node:crypto';
import type { GitHub } from '../github.ts';
import { jobJson, workflowRunOf } from '../present/check.ts';
import type { CheckRun } from '../world/checks.ts';
import { findCheckRun } from './addressed.ts';
import { ok, type Reply, type RepositoryCall } from './call.ts';
import { notFound, refusal } from './errors.ts';
import { paginate } from './pagination.ts';

/** A job is seen as a check run of the same id; only those of Actions have a log. */
function findJob(call: RepositoryCall): CheckRun {
  const run = findCheckRun(call, 'job_id');
  if (run.log === null) throw notFound();
  return run;
}

export function getJob(call: RepositoryCall): Reply {
  return ok(jobJson(call.github, call.repository, findJob(call)));
}

export function listJobs(call: RepositoryCall): Reply {
  const id = Number(call.params.run_id);
  const jobs = call.repository.checkRuns.filter(
    run => run.log !== null && workflowRunOf(call.repository, run) === id,
  );
  if (!jobs.length) throw notFound();
  return paginate(call, jobs, page => ({
    total_count: jobs.length,
    jobs: page.map(run => jobJson(call.github, call.repository, run)),
  }));
}

const LINK_LIFETIME_MS = 60_000;
const links = new WeakMap<GitHub, Map<string, { log: string; expiresAt: number }>>();

/** The log is behind a link that needs no token and is good for one minute. */
export function downloadJobLogs(call: RepositoryCall): Reply {
  const run = findJob(call);
  if (run.status !== 'completed') throw notFound();
  const key = randomBytes(16).toString('hex');
  const open = links.get(call.github) ?? new Map();
  links.set(call.github, open);
  open.set(key, { log: run.log ?? '', expiresAt: call.github.now().getTime() + LINK_LIFETIME_MS });
  return { status: 302, headers: { location: `${call.github.url}/_logs/${key}` } };
}

export function readLog(github: GitHub, key: string): string {
  const link = links.get(github)?.get(key);
  if (!link || link.expiresAt <= github.now().getTime())
    throw refusal(403, 'Signature not valid in the specified time frame');
  return link.log;
}
