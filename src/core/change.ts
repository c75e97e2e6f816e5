/** A change between two git trees: the input of the patch gate and of policy. */
import { z } from 'zod';

const Mode = z.enum(['000000', '100644', '100755', '120000', '160000', '040000']);

export const TreeEntry = z.strictObject({
  path: z.string(),
  /** The old path where git saw a rename. */
  from: z.string().nullable(),
  status: z.enum(['added', 'modified', 'deleted', 'renamed', 'type_changed']),
  mode: z.strictObject({ before: Mode, after: Mode }),
  blob: z.strictObject({ before: z.string().nullable(), after: z.string().nullable() }),
  /** Bytes; 0 where there is none. */
  size: z.strictObject({ before: z.number().int(), after: z.number().int() }),
  lines: z.strictObject({ added: z.number().int(), removed: z.number().int() }),
  binary: z.boolean(),
  /** The filter that its attributes name, such as `lfs`; filters never run on our side. */
  filter: z.string().optional(),
  /** The text before and after, up to 256 KiB each; `null` where binary, absent or larger. */
  text: z.strictObject({ before: z.string().nullable(), after: z.string().nullable() }),
});
export type TreeEntry = z.infer<typeof TreeEntry>;

export const Change = z.strictObject({
  /** The commit that the change is based on, and the resulting tree. */
  parent: z.string(),
  tree: z.string(),
  entries: z.array(TreeEntry),
});
export type Change = z.infer<typeof Change>;

/** The paths that an entry touches: both of a renamed file, because moving it away matters too. */
export const pathsOf = ({ path, from }: Pick<TreeEntry, 'path' | 'from'>): string[] =>
  from === null ? [path] : [path, from];

/** Every path that entries touch, each once, in order. */
export const touchedPaths = (entries: readonly Pick<TreeEntry, 'path' | 'from'>[]): string[] =>
  [...new Set(entries.flatMap(pathsOf))].sort();
