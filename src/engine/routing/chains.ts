/** The chain of each role as it stands: who would work next, who rests, and who can't work here. */
import type { Profile } from '../../core/profile.ts';
import type { Dependencies } from '../dependencies.ts';
import { candidatesOf } from './candidates.ts';
import { rankedByRecord, reported } from './choose-agent.ts';
import { carries, withLabels } from './place.ts';
import { probed } from './probed.ts';

type ChainLink = {
  adapter: string;
  model: string | null;
  provider: string | null;
  /** Of its CLI; null: it can't work. */
  version: string | null;
  /** `next`: it would work now. `ready`: if those before it could not. `resting`: let alone for a while. */
  state: 'next' | 'ready' | 'resting' | 'unable';
  /** Why it stands where it does, in words; empty where the chain says so. */
  reason: string;
};

type Needs = Pick<Dependencies, 'adapters' | 'settings' | 'clock' | 'runRecords' | 'workers'>;

/** No repository has this id: the records of all of them count. */
const ANYWHERE = { repositoryId: 0, retriedAt: null };

/** In place of how often an agent's work stood, which counts repositories that not everybody may see. */
const BY_RECORD = 'By its record in all repositories.';

/** In the order in which they are tried; those that can't work come last. `whole`: whoever asks sees all repositories. */
export async function chainAsItStands(
  deps: Needs,
  profile: Profile,
  whole: boolean,
): Promise<ChainLink[]> {
  const { candidates, skipped } = candidatesOf(deps, profile);
  const ranked = await rankedByRecord(deps, profile, ANYWHERE, candidates);
  const labels = profile['runs-on'];
  const isHere = carries(deps.settings, labels);
  const others = isHere ? [] : await withLabels(deps, labels);
  const links: ChainLink[] = [];
  let next = true;
  for (const { candidate, because, resting } of ranked) {
    const { adapter, model, service } = candidate;
    const probe = isHere ? await probed(adapter, deps.clock.now()) : reported(adapter.name, others);
    const link = { adapter: adapter.name, model, provider: service?.provider ?? null };
    if (!probe.ok) {
      const reason = `${probe.problem} ${probe.remediation}`;
      links.push({ ...link, version: null, state: 'unable', reason });
      continue;
    }
    const state = next ? 'next' : resting === null ? 'ready' : 'resting';
    const place = because === null ? '' : whole ? because : BY_RECORD;
    links.push({ ...link, version: probe.version, state, reason: resting ?? place });
    next = false;
  }
  const unable = ({ state }: ChainLink) => state === 'unable';
  return [
    ...links.filter(link => !unable(link)),
    ...links.filter(unable),
    ...skipped.map(({ adapter, model, reason }) => ({
      adapter,
      model,
      provider: null,
      version: null,
      state: 'unable' as const,
      reason,
    })),
  ];
}
