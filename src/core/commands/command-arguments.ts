/** What the commands take after their name: each is checked before anything is done. */
import { z } from 'zod';

export const Nothing = z.string().max(0, 'it takes no arguments');

/** One word of few characters, none of which means something to a shell or makes an option of it. */
export const Word = z
  .string()
  .regex(
    /^([A-Za-z0-9][A-Za-z0-9._/-]{0,99})?$/,
    'it takes one word of letters, digits, ".", "_", "/" and "-"',
  );

/** An item of a backlog, by its name or its issue. */
export const ItemWord = z
  .string()
  .regex(/^(#?[A-Za-z0-9][A-Za-z0-9._-]{0,40})?$/, 'it takes the name of one item of a backlog');

/** A path or the title of a milestone. */
export const BacklogPlace = z
  .string()
  .max(300, 'it takes the path of a file, or the title of a milestone')
  .regex(/^[^\p{Cc}-][^\p{Cc}]*$|^$/u, 'it takes the path of a file, or the title of a milestone');

/** A commit in full, or a capsule as the request shows it: less could mean another one as well. */
export const CommitOrCapsule = z
  .string()
  .regex(
    /^((sha256:)?[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{12})?$/i,
    'it stands alone, or takes a full commit id, or the 12 characters by which the request names itself',
  );

/**
 * A text for an agent, as long as GitHub lets a comment be. It is data, never options: a text that
 * begins like an option is refused.
 */
export const Words = z
  .string()
  .max(65_536, 'it takes at most 65,536 characters')
  .refine(text => !/^\/agent(?![\w-])/i.test(text), 'a further command stands on a line of its own')
  .refine(
    text => !/^--?[a-z]/i.test(text),
    'it takes words, and no option but --base BRANCH where it starts work',
  );
