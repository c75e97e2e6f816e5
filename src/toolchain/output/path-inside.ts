/** A file that a tool names, as a path from the root of the repository; `null` where it is not in it. */

/** `root`: where the repository lies for the tool. `directory`: the folder in it where the tool ran. */
export function pathInside(named: string, root: string, directory: string): string | null {
  const path = named.startsWith('file://') ? decoded(named.slice('file://'.length)) : named;
  if (path === null || /[\p{C}\\]/u.test(path)) return null;
  const absolute = path.startsWith('/') ? path : `${root}/${directory}/${path}`;
  const segments: string[] = [];
  for (const segment of absolute.split('/'))
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  const inside = `/${segments.join('/')}`;
  if (!inside.startsWith(`${root}/`)) return null;
  const rest = inside.slice(root.length + 1);
  return /(?:^|\/)(?:\.git|node_modules)(?:\/|$)/.test(rest) ? null : rest;
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
