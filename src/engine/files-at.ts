/** The files of a repository at a commit. */
import type { Repository } from '../core/actor.ts';
import type { Dependencies } from './dependencies.ts';

export function filesAt(
  { workspaces, github }: Pick<Dependencies, 'workspaces' | 'github'>,
  { repository, commit }: { repository: Repository; commit: string },
) {
  const source = async () => ({
    repository,
    remote: await github.facts.remote(repository, 'read'),
  });
  return {
    /** The names of the files in a folder. */
    list: async (folder: string): Promise<string[]> =>
      (await workspaces.listFolder(await source(), commit, folder))
        .filter(({ kind }) => kind === 'file')
        .map(({ name }) => name),
    /** At most so many bytes of a file; `null`: there is none. */
    read: async (path: string, most: number): Promise<Buffer | null> =>
      workspaces.readFile(await source(), commit, path, most),
  };
}
