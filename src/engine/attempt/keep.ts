/** What a run leaves, stored by digest and made visible under its task. */
import type { ArtifactName, Artifacts } from '../ports/artifacts.ts';

export type Kept = { name: ArtifactName; digest: string; bytes: number };

export async function keep(
  artifacts: Artifacts,
  owner: { task: string; run: string },
  contents: Partial<Record<ArtifactName, string | Buffer>>,
): Promise<Kept[]> {
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
