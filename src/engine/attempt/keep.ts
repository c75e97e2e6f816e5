/** What a run leaves, stored by digest and made visible under its task. */
import type { Digest } from '../../core/decision.ts';
import type { Run, TaskState } from '../../core/task/state.ts';
import type { Work } from '../../core/task/work.ts';
import { canonical } from '../chain.ts';
import type { ArtifactName, ArtifactOwner, Artifacts } from '../ports/artifacts.ts';
import type { CollectedWork } from '../ports/workspace.ts';

export type KeptArtifact = { name: ArtifactName; digest: Digest; bytes: number };

export async function keep(
  artifacts: Artifacts,
  owner: ArtifactOwner,
  contents: Partial<Record<ArtifactName, string | Buffer>>,
): Promise<KeptArtifact[]> {
  const entries = Object.entries(contents) as [ArtifactName, string | Buffer][];
  return Promise.all(
    entries
      .filter(([, content]) => content.length > 0)
      .map(async ([name, content]) => {
        const digest = await artifacts.put(content);
        await artifacts.link(owner, name, digest);
        return { name, digest, bytes: Buffer.byteLength(content) };
      }),
  );
}

export const digestIn = (kept: readonly KeptArtifact[], name: ArtifactName): Digest | null =>
  kept.find(artifact => artifact.name === name)?.digest ?? null;

/** What was changed, and how the log speaks of it. */
export async function keepPatch(
  artifacts: Artifacts,
  owner: ArtifactOwner,
  { change, diff, pack }: CollectedWork,
): Promise<{ work: Work; kept: KeptArtifact[] }> {
  const kept = await keep(artifacts, owner, {
    'patch.diff': diff,
    'patch.pack': pack,
    'change.json': canonical(change),
  });
  const { parent, tree, entries } = change;
  const sum = (of: (entry: (typeof entries)[number]) => number) =>
    entries.reduce((total, entry) => total + of(entry), 0);
  const work = {
    parent,
    tree,
    files: entries.length,
    pack: digestIn(kept, 'patch.pack') ?? '',
    change: digestIn(kept, 'change.json') ?? '',
    added: sum(entry => entry.lines.added),
    removed: sum(entry => entry.lines.removed),
  };
  return { work, kept };
}

/**
 * What the whole run changed: since it last went on, or, where that is nothing, before it. `null`
 * where it all comes to what there was when it began.
 */
export function workOf(state: TaskState, run: Run, since: Work | null): Work | null {
  const work = since ?? run.checkpoint?.work ?? null;
  const began = state.work?.tree ?? null;
  return work && (began === null ? work.files === 0 : work.tree === began) ? null : work;
}
