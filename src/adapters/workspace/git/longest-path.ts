/** What the file systems and the kernel take as a path: git takes any. */

/** Bytes of a path. The kernel takes no longer one, so neither git nor the command of a later run could open it. */
export const LONGEST_PATH = 4_095;
/** Bytes of one name in it. */
export const LONGEST_NAME = 255;
