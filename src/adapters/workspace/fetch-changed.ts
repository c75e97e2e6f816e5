/** Fetches the contents that a comparison or a merge reads: those of files that differ, and no others. */
import { fetchObjects } from './fetch.ts';
import { git, records } from './git.ts';
import type { RepositorySource } from './remote-access.ts';
import type { WorkspaceSettings } from './settings.ts';

/** Two trees, or commits, that are compared. */
export type Compared = readonly [before: string, after: string];

/** Fetches, all at once, what the mirror lacks of the files that differ in any of the pairs. */
export async function fetchChanged(
  settings: WorkspaceSettings,
  mirror: string,
  source: RepositorySource,
  pairs: readonly Compared[],
): Promise<void> {
  const changed = new Set<string>();
  for (const [before, after] of pairs) {
    const args = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', before, after];
    // The output is ":<mode> <mode> <blob> <blob> <status>\0<path>\0" for each file.
    const fields = records(await git(args, { dir: mirror }), 'latin1');
    for (let at = 0; at < fields.length; at += 2) {
      const [old = '', now = '', from = '', to = ''] = (fields[at] ?? '').slice(1).split(' ');
      if (isFile(old)) changed.add(from);
      if (isFile(now)) changed.add(to);
    }
  }
  if (changed.size === 0) return;
  const input = [...changed].join('\n');
  const checked = await git(['cat-file', '--batch-check=%(objectname)'], { dir: mirror, input });
  const missing = checked
    .toString()
    .split('\n')
    .filter(line => line.endsWith(' missing'))
    .map(line => line.slice(0, -' missing'.length));
  await fetchObjects(settings, mirror, source, missing);
}

/** Neither absent nor a submodule, whose commit is not of this repository. */
const isFile = (mode: string) => mode !== '000000' && mode !== '160000';
