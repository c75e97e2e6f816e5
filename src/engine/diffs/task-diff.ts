/** The change that people are asked to approve, or that a run made, as they look at it. */
import { createAnswerCache } from '../../core/bounds/bounded-cache.ts';
import type { Digest } from '../../core/decision.ts';
import type { Noted } from '../../core/finding.ts';
import { type Approval, createdOf, type TaskState } from '../../core/task/state/state.ts';
import { type IndexedFile, indexOf } from '../../patch/diff/diff-index.ts';
import { type CutFile, splitDiff } from '../../patch/diff/split-diff.ts';
import type { WorkerDependencies } from '../dependencies.ts';
import { ArtifactExpired } from '../ports/artifacts.ts';
import { patchOf } from '../queries/patch-of.ts';

type DiffDependencies = Pick<WorkerDependencies, 'artifacts' | 'github' | 'workspaces' | 'redact'>;

/**
 * `since`: of a request, what has changed since people last approved the same. `run`: null for the last
 * work that was accepted.
 */
export type DiffSubject = { run: string | null } | { approval: string; since: boolean };

export type TaskDiff = {
  /** Changes with the lines that are shown; what was found may change without it. */
  version: string;
  /** Commits that it is between; `head`: null where nothing is pushed yet. */
  base: string;
  head: string | null;
  /** Whether it is longer than is shown. */
  cut: boolean;
  files: CutFile[];
  findings: Noted[];
};

/** `none`: there is no such thing, or it changes no files. */
type DiffAnswer =
  | { ok: true; diff: TaskDiff }
  | { ok: false; why: 'none' | 'expired'; reason: string };

/** More bytes are not shown: the rest is for git. */
const MOST_BYTES = 8 * 1024 * 1024;

export async function taskDiff(
  deps: DiffDependencies,
  { task, state }: { task: string; state: TaskState },
  subject: DiffSubject,
): Promise<DiffAnswer> {
  try {
    const diff =
      'run' in subject
        ? await ofRun(deps, { task, state, run: subject.run })
        : await ofApproval(deps, { task, state, ...subject });
    return diff ? { ok: true, diff } : { ok: false, why: 'none', reason: NOTHING };
  } catch (error) {
    if (!(error instanceof ArtifactExpired)) throw error;
    return {
      ok: false,
      why: 'expired',
      reason: `The change is not kept any more: ${error.message}.`,
    };
  }
}

const NOTHING = 'It changes no files.';

/** Its files, as people look at them. */
export const filesOf = ({ files, findings }: TaskDiff): IndexedFile[] => indexOf(files, findings);

type OfTask = { task: string; state: TaskState };

async function ofRun(
  deps: DiffDependencies,
  { task, state, run: id }: OfTask & { run: string | null },
): Promise<TaskDiff | null> {
  const patch = await patchOf(deps.artifacts, task, { state, run: id });
  const work = state.runs.find(run => run.id === patch?.run)?.produced?.work;
  if (patch === null || !work) return null;
  const request = state.approvals.findLast(({ capsule }) => capsule?.tree === work.tree);
  const findings = request?.findings ?? [];
  return { ...(await kept(deps, patch.digest)), base: work.parent, head: null, findings };
}

async function ofApproval(
  deps: DiffDependencies,
  { task, state, approval: id, since }: OfTask & { approval: string; since: boolean },
): Promise<TaskDiff | null> {
  const approval = state.approvals.find(other => other.id === id);
  const capsule = approval?.capsule;
  if (!approval || !capsule || capsule.tree === null) return null;
  const { findings } = approval;
  const { head, tree } = capsule;
  if (since) {
    const before = approvedBefore(state, approval)?.capsule?.head ?? null;
    if (before === null || head === null) return null;
    return { ...(await between(deps, state, before, head)), base: before, head, findings };
  }
  const base = capsule.base.sha;
  // What a run made on this very base is kept, and costs no fetch.
  const made = state.runs.findLast(({ produced }) => produced?.work?.tree === tree);
  const isOnBase = made?.produced?.work?.parent === base;
  const isKept = made && (isOnBase || head === null);
  const patch = isKept ? await patchOf(deps.artifacts, task, { state, run: made.id }) : null;
  const from = isOnBase ? base : (made?.produced?.work?.parent ?? base);
  if (patch !== null) return { ...(await kept(deps, patch.digest)), base: from, head, findings };
  if (head === null) return null;
  return { ...(await between(deps, state, base, head)), base, head, findings };
}

/** The last request for the same that people approved, with another head. */
export const approvedBefore = (state: TaskState, approval: Approval): Approval | null =>
  state.approvals
    .slice(0, state.approvals.indexOf(approval))
    .findLast(
      ({ action, head, by, counted }) =>
        action === approval.action &&
        head !== null &&
        head !== approval.head &&
        (by.length > 0 || counted.some(({ says }) => says === 'approves')),
    ) ?? null;

type Cut = Pick<TaskDiff, 'version' | 'cut' | 'files'>;

/** People look at one change part by part. All that are kept take about this many bytes. */
const CUTS = createAnswerCache<string, Cut>(50, undefined, {
  of: ({ files }) =>
    files.reduce((sum, { parts }) => sum + parts.reduce((all, part) => all + part.length, 500), 0),
  most: 64 * 1024 * 1024,
});

const kept = ({ artifacts }: DiffDependencies, digest: Digest): Promise<Cut> =>
  CUTS.get(digest, async () => cutOf(await artifacts.get(digest), digest));

async function between(
  { github, workspaces, redact }: DiffDependencies,
  state: TaskState,
  base: string,
  head: string,
): Promise<Cut> {
  const { repository } = createdOf(state);
  const version = `${repository.id} ${base} ${head}`;
  return CUTS.get(version, async () => {
    const source = { repository, remote: await github.facts.remote(repository, 'read') };
    const printed = await workspaces.diff(source, base, head, MOST_BYTES + 1);
    const shown = Buffer.from(redact(printed.subarray(0, MOST_BYTES).toString('utf8')));
    return { ...cutOf(shown, version), cut: printed.length > MOST_BYTES };
  });
}

const cutOf = (diff: Buffer, version: string): Cut => ({
  version,
  cut: diff.length > MOST_BYTES,
  files: splitDiff(diff.subarray(0, MOST_BYTES).toString('utf8')),
});
