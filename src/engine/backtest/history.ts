/** The back-test of a pull request, as far as people of this repository may see it. */
import type { Repository } from '../../core/actor.ts';
import type { Examination, FlipView } from '../../core/examination.ts';
import { taskStream } from '../../core/stream.ts';
import type { PolicySet } from '../../policy/load.ts';
import { type AuditSource, liveAuditSource } from '../audit-source.ts';
import type { Dependencies } from '../dependencies.ts';
import { pathIn } from '../policies/pack.ts';
import { backTest, type Candidate, type Flip } from './backtest.ts';

/** Older tasks than these are left alone: a pull request waits for the answer. */
const LATEST_TASKS = 1_000;
const LISTED = 50;

export async function history(
  deps: Pick<Dependencies, 'log' | 'artifacts' | 'tasks'>,
  candidate: Candidate,
  { id }: Repository,
  /** Its policies, and the folder of its pack where files are not named by their paths. */
  { policies, folder }: { policies: PolicySet['policies']; folder: string | null },
): Promise<Examination['history']> {
  const { decisions, flips, undecidable } = await backTest(
    await latest(deps, candidate),
    candidate,
  );
  const here = flips.filter(flip => flip.repository.id === id);
  const there = flips.filter(flip => flip.repository.id !== id);
  const lacking = undecidable.filter(({ repository }) => repository.id === id);
  return {
    decisions,
    flips: here.slice(0, LISTED).map(flip => viewOf(flip, policies, folder)),
    more: Math.max(0, here.length - LISTED),
    undecidable: lacking
      .slice(0, LISTED)
      .map(({ task, seq, action, lacks }) => ({ task, seq, action, lacks })),
    moreUndecidable: Math.max(0, lacking.length - LISTED),
    elsewhere: {
      repositories: new Set(there.map(flip => flip.repository.id)).size,
      flips: there.length,
      undecidable: undecidable.length - lacking.length,
    },
  };
}

async function latest(
  { log, artifacts, tasks }: Pick<Dependencies, 'log' | 'artifacts' | 'tasks'>,
  { repository }: Candidate,
): Promise<AuditSource> {
  const rows = await tasks.list({
    limit: LATEST_TASKS,
    ...(repository === undefined ? {} : { repositoryId: repository }),
  });
  return {
    ...liveAuditSource({ log, artifacts }),
    async *streams() {
      for (const { id } of rows) yield taskStream(id);
    },
  };
}

function viewOf(flip: Flip, all: PolicySet['policies'], folder: string | null): FlipView {
  const { task, seq, action, resource, from, to, who, why, policies, gone } = flip;
  const causes = policies.flatMap(id => {
    const policy = all.get(id);
    if (!policy) return [];
    const { file, line } = policy;
    return [{ file: folder === null ? file : pathIn(folder, file), line }];
  });
  return { task, seq, action, resource, from, to, who, why: why[0] ?? '', causes, gone };
}
