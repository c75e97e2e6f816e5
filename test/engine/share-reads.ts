/**
 * Workspaces of tests in which each repository is the same remote: one mirror serves them all, and what a
 * commit holds is read once. A mirror of its own would cost each test of each repository a dozen processes.
 */
import type { Repository } from '../../src/core/actor.ts';
import type { Workspaces } from '../../src/engine/ports/workspace.ts';
import { REPOSITORY } from './github.ts';

export function shareReads(workspaces: Workspaces): Workspaces {
  const known = new Map<string, Promise<unknown>>();
  const once =
    <S extends { repository: Repository }, A extends unknown[], R>(
      name: string,
      read: (source: S, ...args: A) => Promise<R>,
    ) =>
    (source: S, ...args: A): Promise<R> => {
      const key = JSON.stringify([name, args]);
      const { id } = REPOSITORY;
      const asked =
        known.get(key) ?? read({ ...source, repository: { ...source.repository, id } }, ...args);
      known.set(key, asked);
      // What failed is asked again.
      asked.catch(() => known.delete(key));
      return asked as Promise<R>;
    };
  return {
    ...workspaces,
    readFile: once('readFile', workspaces.readFile),
    listFolder: once('listFolder', workspaces.listFolder),
    findFiles: once('findFiles', workspaces.findFiles),
  };
}
