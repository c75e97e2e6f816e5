/** Paths against patterns of `tool-files.ts`: the name of a file, or the end of its path. */

/** One expression for all of them. */
export const filePattern = (patterns: readonly string[]): RegExp =>
  new RegExp(`(?:^|/)(?:${patterns.map(expression).join('|')})$`);

/** The same for paths that `foldPath` has folded. */
export const foldedFilePattern = (patterns: readonly string[]): RegExp =>
  filePattern(patterns.map(pattern => pattern.toLowerCase()));

const expression = (pattern: string): string => pattern.split('*').map(escaped).join('[^/]*');

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
