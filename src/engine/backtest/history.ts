/** The back-test of a pull request: what people of this repository may see of the recorded past. */

import { join } from 'node:path/posix';
import type { Repository } from '../../core/actor.ts';
import type { Examination, FlipView } from '../../core/examination.ts';
import { taskStream } from '../../core/stream.ts';
import type { PolicySet } from '../../policy/load.ts';
import { type AuditSource, liveAuditSource } from '../audit-source.ts';
import type { Dependencies } from '../dependencies.ts';
import { backTest, type Candidate, type Flip } from './backtest.ts';

/** Older tasks than these are left alone: a pull request waits for the answer. */
const LATEST_TASKS = 1_000;
const LISTED = 50;

/** `folder`: where the candidate's files lie in the repository. */
export async function history(
  deps: Pick<Dependencies, 'log' | 'artifacts' | 'tasks'>,
  candidate: Candidate,
  { id }: Repository,
  folder = '',
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
    flips: here.slice(0, LISTED).map(flip => viewOf(flip, candidate.setFor(null), folder)),
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

function viewOf(flip: Flip, set: PolicySet, folder: string): FlipView {
  const { task, seq, action, resource, from, to, who, why, policies, gone } = flip;
  const causes = policies.flatMap(id => {
    const policy = set.policies.get(id);
    return policy ? [{ file: join(folder, policy.file), line: policy.line }] : [];
  });
  return { task, seq, action, resource, from, to, who, why: why[0] ?? '', causes, gone };
}
