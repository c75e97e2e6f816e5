/**
 * Removes what was kept for its time: raw output and bodies of deliveries after days, records of runs
 * after a year. What decisions and events rest on is never removed. Where there is an archive, content
 * is there before it is removed here.
 */
import type { Digest } from '../../core/decision.ts';
import type { Dependencies, Settings } from '../dependencies.ts';
import { EXPIRY_PARTS, type ExpiringRetention } from '../ports/artifacts.ts';
import type { Logger } from '../ports/logger.ts';
import type { Poll } from '../reconcile/leader-lease.ts';
import { neededAfter } from './needed.ts';

type Needs = Pick<
  Dependencies,
  'log' | 'artifacts' | 'archive' | 'tasks' | 'deliveries' | 'now'
> & {
  settings: Pick<Settings, 'retention'>;
  logger: Pick<Logger, 'info'>;
};

/** Of each kind in one turn. What is left is removed in the next one. */
const MOST = 2_000;
const BODIES_AT_ONCE = 100;

/** Returns how much it removed. */
export function expireOld(deps: Needs): Poll {
  return async signal => {
    const { outputMs, recordMs } = deps.settings.retention;
    const now = (await deps.now()).getTime();
    const removed = {
      output: await expireArtifacts(deps, 'output', new Date(now - outputMs), signal),
      records: await expireArtifacts(deps, 'record', new Date(now - recordMs), signal),
      bodies: await expireBodies(deps, new Date(now - outputMs), signal),
    };
    const all = removed.output + removed.records + removed.bodies;
    if (all > 0) deps.logger.info(removed, 'what was kept for its time is removed');
    return all;
  };
}

async function expireArtifacts(
  deps: Needs,
  retention: ExpiringRetention,
  before: Date,
  signal: AbortSignal,
): Promise<number> {
  const { artifacts, archive } = deps;
  let needed: Set<Digest> | null = null;
  let removed = 0;
  for (let part = 0; part < EXPIRY_PARTS && removed < MOST; part += 1)
    for (const digest of await artifacts.old(retention, part, before)) {
      signal.throwIfAborted();
      needed ??= await neededAfter(deps, retention, before);
      if (needed.has(digest)) continue;
      await archive?.keep(archivePath(retention, digest), await artifacts.get(digest));
      if (await artifacts.expire(digest, retention, before)) removed += 1;
      if (removed >= MOST) break;
    }
  return removed;
}

function archivePath(retention: ExpiringRetention, digest: Digest): string {
  const hex = digest.slice('sha256:'.length);
  return `${retention}/${hex.slice(0, 2)}/${hex}`;
}

async function expireBodies(
  { deliveries, archive }: Needs,
  before: Date,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  while (removed < MOST) {
    signal.throwIfAborted();
    const guids = await deliveries.withOldBody(before, BODIES_AT_ONCE);
    if (archive)
      for (const guid of guids) {
        const found = await deliveries.find(guid);
        if (!found?.body) continue;
        const { receivedAt, event, body } = found;
        await archive.keep(`deliveries/${receivedAt.slice(0, 10)}/${guid}.${event}.json`, body);
      }
    await deliveries.dropBodies(guids);
    removed += guids.length;
    if (guids.length < BODIES_AT_ONCE) break;
  }
  return removed;
}
