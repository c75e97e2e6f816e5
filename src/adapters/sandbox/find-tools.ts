/** Finds the programs that build a sandbox: the system's own, or ones unpacked beside the project. */

import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { keysOf } from '../../core/keys-of.ts';

/** The only PATH in which trusted programs are looked up. */
export const TRUSTED_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const PACKAGES = {
  bwrap: 'bubblewrap',
  socat: 'socat',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  mount: 'mount',
};
type ToolName = keyof typeof PACKAGES;

/** `path` is relative to the folder of unpacked tools where `unpacked`, else absolute. */
export type Tool = { path: string; unpacked: boolean };

export type Tools = Record<ToolName, Tool> & {
  /** The folder of unpacked tools and, relative to it, its folders of shared libraries. */
  unpacked: { folder: string; libraries: string[] } | null;
};

export type MissingTools = { missing: ToolName[]; packages: string[] };

/**
 * `toolsDir` is a folder of unpacked distribution packages (`dpkg -x`), with programs in `usr/bin`
 * and libraries in `usr/lib/<triplet>`. The system's own programs are preferred.
 */
export async function findTools(toolsDir: string | null): Promise<Tools | MissingTools> {
  const names = keysOf(PACKAGES);
  const found = await Promise.all(names.map(name => findTool(name, toolsDir)));
  const missing = names.filter((_, at) => found[at] === null);
  if (missing.length > 0)
    return { missing, packages: [...new Set(missing.map(name => PACKAGES[name]))] };
  const tools = Object.fromEntries(names.map((name, at) => [name, found[at]])) as Record<
    ToolName,
    Tool
  >;
  const used = toolsDir !== null && Object.values(tools).some(tool => tool.unpacked);
  return {
    ...tools,
    unpacked: used ? { folder: toolsDir, libraries: await libraryFolders(toolsDir) } : null,
  };
}

async function findTool(name: ToolName, toolsDir: string | null): Promise<Tool | null> {
  for (const folder of TRUSTED_PATH.split(':')) {
    const path = join(folder, name);
    if (await isExecutable(path)) return { path, unpacked: false };
  }
  if (toolsDir === null) return null;
  for (const folder of ['usr/bin', 'usr/sbin', 'bin', 'sbin']) {
    const path = join(folder, name);
    if (await isExecutable(join(toolsDir, path))) return { path, unpacked: true };
  }
  return null;
}

const isExecutable = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

async function libraryFolders(toolsDir: string): Promise<string[]> {
  const folders: string[] = [];
  for (const parent of ['usr/lib', 'lib']) {
    const entries = await readdir(join(toolsDir, parent), { withFileTypes: true }).catch(() => []);
    for (const entry of entries)
      if (entry.isDirectory() && entry.name.includes('-linux-'))
        folders.push(join(parent, entry.name));
  }
  return folders;
}
