/** What a tree has that the parents of its commit do not: all that GitHub needs to make the same tree. */
import { isUtf8 } from 'node:buffer';
import type { NewEntries } from '../../../engine/ports/signed-commit.ts';
import { type Commit, WorkspaceRefused } from '../../../engine/ports/workspace.ts';
import { unpackCommand } from '../checkout/checkout.ts';
import { readBlobs } from '../git/blobs.ts';
import { assertObjectName, git, records, treeOf } from '../git/git.ts';
import { gitInTurn } from '../git/git-in-turn.ts';
import type { WorkspaceSettings } from '../git/settings.ts';
import { withMirror } from './push.ts';

const NO_MODE = '000000';

export function newEntries(settings: WorkspaceSettings, commit: Commit): Promise<NewEntries> {
  return withMirror(settings, commit, async dir => {
    const tree = commit.tree.sha;
    assertObjectName(tree);
    await gitInTurn([unpackCommand(settings.quota)], { dir, input: commit.tree.pack });
    const base = await treeOf(dir, commit.parents.at(-1) ?? commit.parents[0]);
    const compared = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', base, tree];
    const entries = parse(records(await git(compared, { dir }), 'latin1'));
    const added = await newObjects(dir, tree, commit.parents);
    const blobs = entries.flatMap(({ sha }) => (sha !== null && added.has(sha) ? [sha] : []));
    const contents = await readBlobs(dir, blobs);
    return {
      base,
      entries: entries.map(entry => ({
        ...entry,
        content: (entry.sha !== null && contents.get(entry.sha)) || null,
      })),
    };
  });
}

/** Lines of `--raw` are ":<mode> <mode> <sha> <sha> <status>", each followed by its path. */
function parse(lines: string[]): { path: string; mode: string; sha: string | null }[] {
  const entries = [];
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const [before = '', after = '', , sha = ''] = (lines[at] ?? '').slice(1).split(' ');
    const path = nameOf(Buffer.from(lines[at + 1] ?? '', 'latin1'));
    if (after === NO_MODE) entries.push({ path, mode: before, sha: null });
    else entries.push({ path, mode: after, sha });
  }
  return entries;
}

/** GitHub's API has names in JSON, which carries text alone. */
function nameOf(bytes: Buffer): string {
  const name = bytes.toString();
  if (isUtf8(bytes)) return name;
  throw new WorkspaceRefused(
    `${JSON.stringify(name)} has a name that is not UTF-8, and a branch that wants signed commits gets what GitHub makes, which can't name it. Rename or remove it in a commit of your own, and ask again.`,
  );
}

/** A merge takes over contents of its other parent, which GitHub has. */
async function newObjects(
  dir: string,
  tree: string,
  parents: readonly string[],
): Promise<Set<string>> {
  const known = parents.map(parent => `${parent}^{tree}`);
  const listed = ['rev-list', '--objects', '--no-object-names', tree, '--not', ...known];
  const objects = (await git(listed, { dir })).toString().split('\n');
  return new Set(objects.filter(sha => sha !== '' && sha !== tree));
}
