/** Names of files against patterns with at most one `*` each, which stands for any characters. */

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Empty for what stands at the top. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Whether the last part of a path is one of these. */
export function nameMatches(path: string, patterns: readonly string[]): boolean {
  const name = baseName(path);
  return patterns.some(pattern => {
    const star = pattern.indexOf('*');
    if (star < 0) return name === pattern;
    const before = pattern.slice(0, star);
    const after = pattern.slice(star + 1);
    return name.length >= pattern.length - 1 && name.startsWith(before) && name.endsWith(after);
  });
}
