/** The programs that build the walls: the system's, or unpacked beside the project. */
import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The only PATH that trusted programs are looked up in. */
export const TRUSTED_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const PACKAGES = {
  bwrap: 'bubblewrap',
  socat: 'socat',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  prlimit: 'util-linux',
  mount: 'mount',
};
type Name = keyof typeof PACKAGES;

/** `path` is absolute, or where `unpacked` relative to the tools' folder. */
export type Tool = { path: string; unpacked: boolean };

export type Tools = Record<Name, Tool> & {
  /** The folder of unpacked tools, and its folders of shared libraries relative to it. */
  unpacked: { folder: string; libraries: string[] } | null;
};

export type Missing = { missing: Name[]; packages: string[] };

/**
 * `toolsDir` is a root of unpacked distribution packages (`dpkg -x`), with programs in `usr/bin`
 * and libraries in `usr/lib/<triplet>`. The system's own programs come first.
 */
export async function findTools(toolsDir: string | null): Promise<Tools | Missing> {
  const names = Object.keys(PACKAGES) as Name[];
  const found = await Promise.all(names.map(name => find(name, toolsDir)));
  const missing = names.filter((_, at) => found[at] === null);
  if (missing.length > 0)
    return { missing, packages: [...new Set(missing.map(name => PACKAGES[name]))] };
  const tools = Object.fromEntries(names.map((name, at) => [name, found[at]])) as Record<
    Name,
    Tool
  >;
  const used = toolsDir !== null && Object.values(tools).some(tool => tool.unpacked);
  return {
    ...tools,
    unpacked: used ? { folder: toolsDir, libraries: await libraries(toolsDir) } : null,
  };
}

async function find(name: Name, toolsDir: string | null): Promise<Tool | null> {
  for (const folder of TRUSTED_PATH.split(':')) {
    const path = join(folder, name);
    if (await executable(path)) return { path, unpacked: false };
  }
  if (toolsDir === null) return null;
  for (const folder of ['usr/bin', 'usr/sbin', 'bin', 'sbin']) {
    const path = join(folder, name);
    if (await executable(join(toolsDir, path))) return { path, unpacked: true };
  }
  return null;
}

const executable = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

async function libraries(toolsDir: string): Promise<string[]> {
  const folders: string[] = [];
  for (const parent of ['usr/lib', 'lib']) {
    const entries = await readdir(join(toolsDir, parent), { withFileTypes: true }).catch(() => []);
    for (const entry of entries)
      if (entry.isDirectory() && entry.name.includes('-linux-'))
        folders.push(join(parent, entry.name));
  }
  return folders;
}
