/** Fetches the contents that a comparison or a merge reads: those of files that differ, and no others. */
import { createHash } from 'node:crypto';
import { git } from '../git/git.ts';
import type { WorkspaceSettings } from '../git/settings.ts';
import { fetchObjects } from './fetch.ts';
import { fetchOnce } from './mirror.ts';
import type { RepositorySource } from './remote-access.ts';

/** Fetches, all at once, what the mirror lacks of these. */
export async function fetchContents(
  settings: WorkspaceSettings,
  mirror: string,
  source: RepositorySource,
  blobs: readonly string[],
): Promise<void> {
  const input = [...new Set(blobs)].join('\n');
  if (input === '') return;
  const digest = createHash('sha256').update(input).digest('hex');
  const { signal } = source.remote;
  await fetchOnce(mirror, { what: `contents ${digest}`, signal }, async () => {
    const checked = await git(['cat-file', '--batch-check=%(objectname)'], { dir: mirror, input });
    const missing = checked
      .toString()
      .split('\n')
      .filter(line => line.endsWith(' missing'))
      .map(line => line.slice(0, -' missing'.length));
    await fetchObjects(settings, mirror, source, missing);
  });
}
