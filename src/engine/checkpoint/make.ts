/** Makes a checkpoint where streams have grown, and has it kept outside the database. */
import { GATEHOUSE, type Repository } from '../../core/actor.ts';
import type { Anchor } from '../../core/checkpoint/anchor.ts';
import type { CheckpointState } from '../../core/checkpoint/decider.ts';
import { CheckpointEvent, type StreamEnd } from '../../core/checkpoint/events.ts';
import { CHECKPOINTS, parseStreamName, streamName, taskStream } from '../../core/stream.ts';
import { createdOf } from '../../core/task/state/state.ts';
import type { WorkerDependencies } from '../dependencies.ts';
import { loadFolded } from '../handle.ts';
import type { GitHubWrites } from '../ports/github-writes.ts';
import type { Poll } from '../reconcile/leader-lease.ts';
import { asCheckpoints, asTask } from '../streams.ts';

type Needs = Pick<WorkerDependencies, 'log' | 'handle' | 'anchors' | 'logger' | 'clock'> & {
  github: { writes: Pick<GitHubWrites, 'showAnchor'> };
};

/** Events become visible when their transaction ends: what began this long before is looked at again. */
const OVERLAP_MS = 5 * 60_000;
/** So is all of the last hour, where a checkpoint's time is later: of a clock that was ahead, or forged. */
const ALWAYS_MS = 60 * 60_000;
const ENDS_IN_ONE = 500;
/** GitHub takes 65,535 characters; our file has what is left out. */
const ENDS_SHOWN = 300;

/** Returns how many streams have grown. */
export function makeCheckpoints(deps: Needs): Poll {
  return async signal => {
    const before = await stateNow(deps);
    const ends = await grownSince(deps, before);
    for (let from = 0; from < ends.length; from += ENDS_IN_ONE) {
      signal.throwIfAborted();
      const command = {
        type: 'make_checkpoint' as const,
        ends: ends.slice(from, from + ENDS_IN_ONE),
      };
      await deps.handle({ stream: CHECKPOINTS, command, actor: GATEHOUSE });
    }
    await anchorAll(deps, signal);
    return ends.length;
  };
}

const stateNow = async ({ log }: Pick<Needs, 'log'>): Promise<CheckpointState> =>
  asCheckpoints(await loadFolded(log, CHECKPOINTS)).state;

async function grownSince({ log, clock }: Needs, { last }: CheckpointState): Promise<StreamEnd[]> {
  const latest = clock.now().getTime() - ALWAYS_MS;
  const since = last ? new Date(Math.min(Date.parse(last.at), latest) - OVERLAP_MS) : new Date(0);
  const told = new Set(last?.ends.map(({ hash }) => hash));
  const ends: StreamEnd[] = [];
  for await (const { stream, version, hash } of log.grownSince(since))
    if (stream.kind !== CHECKPOINTS.kind && !told.has(hash))
      ends.push({ stream: streamName(stream), seq: version, hash });
  return ends;
}

/** Every checkpoint that is not known to be kept outside; one that is kept twice does no harm. */
async function anchorAll(deps: Needs, signal: AbortSignal): Promise<void> {
  const { log, anchors, handle } = deps;
  const { anchored, last } = await stateNow(deps);
  if (!last || last.seq <= anchored) return;
  const places: string[] = [];
  let checkpoint = anchored;
  for await (const event of log.read(CHECKPOINTS, anchored)) {
    signal.throwIfAborted();
    const { seq, hash, at } = event;
    const { type, v, data } = event;
    const made = CheckpointEvent.parse({ type, v, data });
    if (made.type !== 'checkpoint.made') continue;
    const unsigned = { v: 1 as const, checkpoint: seq, hash, at };
    await anchors.keep(anchors.sign({ ...unsigned, ends: made.data.ends }));
    places.push(...(await showOnGitHub(deps, unsigned, made.data.ends)));
    checkpoint = seq;
  }
  const command = { type: 'anchored' as const, checkpoint, places: places.slice(0, 200) };
  await handle({ stream: CHECKPOINTS, command, actor: GATEHOUSE });
}

type Shown = { repository: Repository; head: string; ends: StreamEnd[] };

/** Each repository shows its own tasks, on the commit where the check of the last of them stands. */
async function showOnGitHub(
  deps: Needs,
  unsigned: Omit<Anchor, 'ends' | 'signature'>,
  ends: StreamEnd[],
): Promise<string[]> {
  const { anchors, github, logger } = deps;
  const places: string[] = [];
  for (const { repository, head, ends: own } of await byRepository(deps, ends))
    try {
      const anchor = anchors.sign({ ...unsigned, ends: own });
      places.push((await github.writes.showAnchor(repository, head, anchor)).url);
    } catch (error) {
      // Our file has it; a repository that is gone keeps no other from being shown.
      const { owner, name } = repository;
      logger.warn({ err: error, repository: `${owner}/${name}` }, 'a checkpoint is not shown');
    }
  return places;
}

async function byRepository({ log }: Needs, ends: StreamEnd[]): Promise<Iterable<Shown>> {
  const shown = new Map<number, Shown>();
  for (const end of ends) {
    const { kind, id } = parseStreamName(end.stream);
    if (kind !== 'task') continue;
    const { state } = asTask(await loadFolded(log, taskStream(id)));
    const head = state.surfaces.check?.head;
    if (!state.created || !head) continue;
    const { repository } = createdOf(state);
    const own = shown.get(repository.id)?.ends ?? [];
    if (own.length < ENDS_SHOWN) own.push(end);
    shown.set(repository.id, { repository, head, ends: own });
  }
  return shown.values();
}
