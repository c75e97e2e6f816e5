/** People let us work in a repository again: what was shut out of it goes on, and does not wait for its next try. */
import type { Repository } from '../../../core/actor.ts';
import { createdOf as backlogOf } from '../../../core/backlog/state.ts';
import type { Effect } from '../../../core/effect.ts';
import type { Folded } from '../../../core/fold.ts';
import { type StreamRef, streamName } from '../../../core/stream.ts';
import { createdOf } from '../../../core/task/state/state.ts';
import type { WorkerDependencies } from '../../dependencies.ts';
import { loadFolded } from '../../handle.ts';
import { asBacklog, asTask } from '../../streams.ts';
import { GITHUB } from '../intake.ts';

/** Where we may work again: in these repositories, and in all that were reached by this installation. */
export type LetIn = { installation: number | null; repositories: readonly number[] };

/** A bound on one look. What is beyond it goes on by its next try. */
const MOST = 5_000;

type Needs = Pick<WorkerDependencies, 'log' | 'outbox' | 'handle'>;

/** Returns how many streams go on. */
export async function resumeEffects(deps: Needs, where: LetIn): Promise<number> {
  let resumed = 0;
  for (const stream of await deps.outbox.shutOut(MOST)) {
    const folded = await loadFolded(deps.log, stream);
    const waits = folded.open.some(
      effect =>
        effect.shutOut &&
        effect.notBefore !== null &&
        isThere(where, repositoryOf(stream, folded, effect)),
    );
    if (waits && (await resume(deps, stream))) resumed++;
  }
  return resumed;
}

export function isThere(
  { installation, repositories }: LetIn,
  repository: Repository | null,
): boolean {
  if (repository === null) return false;
  return repository.installation === installation || repositories.includes(repository.id);
}

function repositoryOf(
  stream: StreamRef,
  folded: Folded<unknown>,
  effect: Effect,
): Repository | null {
  if ('repository' in effect) return effect.repository;
  if (stream.kind === 'task') return createdOf(asTask(folded).state).repository;
  return stream.kind === 'backlog' ? backlogOf(asBacklog(folded).state).repository : null;
}

async function resume({ handle }: Needs, { kind, id }: StreamRef): Promise<boolean> {
  const command = { type: 'resume_effects' as const };
  switch (kind) {
    case 'task':
    case 'delivery':
    case 'callers':
    case 'backlog':
      return (await handle({ stream: { kind, id }, command, actor: GITHUB })).ok;
    default:
      throw new Error(`${streamName({ kind, id })} has no effects`);
  }
}
