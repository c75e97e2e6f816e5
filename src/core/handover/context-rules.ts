/** What a role is given of what came before it, as its front matter says. */
import { z } from 'zod';

export const ContextRules = z
  .strictObject({
    /**
     * Of the documents that agents handed over in earlier steps: all of them, the last one, the summary
     * of each, or those of the steps that `steps` names.
     */
    documents: z.enum(['all', 'last', 'summary', 'named']).default('all'),
    steps: z.array(z.string().min(1)).max(20).default([]),
    /** How many tokens the documents may have together; the oldest are left out first. */
    tokens: z.number().int().min(500).max(200_000).default(20_000),
    /**
     * What it is given first: the patch so far, with the documents after it; the work tree alone, with the
     * documents; or, with `manual`, what people wrote and nothing else.
     */
    begins: z.enum(['manual', 'patch_first', 'workspace_first']).default('patch_first'),
  })
  .refine(({ documents, steps }) => (documents === 'named') === steps.length > 0, {
    message: '`steps` and `documents: named` belong together',
    path: ['steps'],
  })
  .prefault({});
export type ContextRules = z.infer<typeof ContextRules>;
