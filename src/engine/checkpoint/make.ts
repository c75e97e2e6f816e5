/** Makes a checkpoint where streams have grown, and has it kept outside the database. */
import { GATEHOUSE, type Repository } from '../../core/actor.ts';
import type { Anchor } from '../../core/checkpoint/anchor.ts';
import type { CheckpointState } from '../../core/checkpoint/decider.ts';
import { CheckpointEvent, StreamEnd } from '../../core/checkpoint/events.ts';
import {
  CHECKPOINTS,
  parseStreamName,
  StreamRef,
  streamName,
  taskStream,
} from '../../core/stream.ts';
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
/** The last hour is always looked at again: a checkpoint's own time may be of a clock that was ahead, or forged. */
const ALWAYS_MS = 60 * 60_000;
const ENDS_IN_ONE = 500;
const MOST_NAMED = 20;
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

/** A row that can be of no stream, or whose hash is none, was written by somebody else: it keeps no other back. */
async function grownSince(
  { log, clock, logger }: Needs,
  { last }: CheckpointState,
): Promise<StreamEnd[]> {
  const latest = clock.now().getTime() - ALWAYS_MS;
  const since = last ? new Date(Math.min(Date.parse(last.at), latest) - OVERLAP_MS) : new Date(0);
  const told = new Set(last?.ends.map(({ hash }) => hash));
  const ends: StreamEnd[] = [];
  const streams: string[] = [];
  for await (const { stream, version, hash } of log.grownSince(since)) {
    if (stream.kind === CHECKPOINTS.kind || told.has(hash)) continue;
    const name = streamName(stream);
    const end = StreamEnd.safeParse({ stream: name, seq: version, hash });
    if (StreamRef.safeParse(stream).success && end.success) ends.push(end.data);
    else streams.push(name);
  }
  if (streams.length > 0)
    logger.warn(
      { streams: streams.slice(0, MOST_NAMED) },
      'no checkpoint has these streams: gatehouse verify says what is wrong with them',
    );
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

async function byRepository(deps: Needs, ends: StreamEnd[]): Promise<Iterable<Shown>> {
  const shown = new Map<number, Shown>();
  for (const end of ends) {
    const place = await whereShown(deps, end);
    if (place === null) continue;
    const own = shown.get(place.repository.id)?.ends ?? [];
    if (own.length < ENDS_SHOWN) own.push(end);
    shown.set(place.repository.id, { ...place, ends: own });
  }
  return shown.values();
}

/** Null: it is no task, its check stands nowhere, or nothing can be made of its events, which keeps no other back. */
async function whereShown(
  { log, logger }: Needs,
  { stream }: StreamEnd,
): Promise<Pick<Shown, 'repository' | 'head'> | null> {
  const { kind, id } = parseStreamName(stream);
  if (kind !== 'task') return null;
  try {
    const { state } = asTask(await loadFolded(log, taskStream(id)));
    const head = state.surfaces.check?.head;
    return state.created && head ? { repository: createdOf(state).repository, head } : null;
  } catch (error) {
    logger.warn({ err: error, stream }, 'a checkpoint is not shown');
    return null;
  }
}
