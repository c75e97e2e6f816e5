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
  /** The filter of a renamed file's old path where that is another one; empty where it has none. */
  oldFilter: z.string().optional(),
  /** The text before and after, up to 256 KiB each; `null` where binary, absent or larger. */
  text: z.strictObject({ before: z.string().nullable(), after: z.string().nullable() }),
});
export type TreeEntry = z.infer<typeof TreeEntry>;

/** Above these a change is not looked at further. Bytes are those of all files after it; texts are those before and after it, of which the patch gate reads every one. */
export const CHANGE_LIMITS = {
  files: 3_000,
  pathBytes: 1_000_000,
  bytes: 100_000_000,
  textBytes: 32 * 1024 * 1024,
};

export const Change = z.strictObject({
  /** The commit that the change is based on, and the resulting tree. */
  parent: z.string(),
  tree: z.string(),
  entries: z.array(TreeEntry),
  /** What it holds where it is over the limits, as far as that was counted: its entries are not listed then. */
  beyond: z
    .strictObject({ files: z.number().int(), bytes: z.number().int(), reason: z.string() })
    .optional(),
  /** Paths that it adds, each with another of the tree that reads alike; some systems hold only one of the two. */
  alike: z.array(z.strictObject({ path: z.string(), other: z.string() })).optional(),
});
export type Change = z.infer<typeof Change>;

/** How large it is; of a change over the limits, as far as that was counted. */
export function sizeOf({ entries, beyond }: Change) {
  const sum = (of: (entry: TreeEntry) => number) =>
    entries.reduce((total, entry) => total + of(entry), 0);
  return {
    files: beyond?.files ?? entries.length,
    added: sum(({ lines }) => lines.added),
    removed: sum(({ lines }) => lines.removed),
    bytes: beyond?.bytes ?? sum(({ size }) => size.after),
  };
}

/** The paths that an entry touches: both of a renamed file, because moving it away matters too. */
export const pathsOf = ({ path, from }: Pick<TreeEntry, 'path' | 'from'>): string[] =>
  from === null ? [path] : [path, from];

/** Every path that entries touch, each once, in order. */
export const touchedPaths = (entries: readonly Pick<TreeEntry, 'path' | 'from'>[]): string[] =>
  [...new Set(entries.flatMap(pathsOf))].sort();
