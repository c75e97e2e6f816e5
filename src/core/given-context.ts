/** What an agent was given in one run, as the run's `context.json` says it. */
import { z } from 'zod';

const Text = z.strictObject({ title: z.string(), body: z.string() });

/** A skill of the repository; `text` is null where neither the task nor the role names it. */
const Skill = z.strictObject({
  name: z.string(),
  description: z.string(),
  path: z.string(),
  text: z.string().nullable(),
});

const Comments = z.strictObject({
  parts: z.array(
    z.strictObject({
      login: z.string(),
      writeAccess: z.boolean(),
      at: z.string(),
      on: z.string(),
      text: z.string(),
    }),
  ),
  /** Earlier comments that there was no room for. */
  cut: z.number().int(),
  /** Comments that policy did not know of, by people without write access. */
  unknown: z.number().int(),
});

const HandedOver = z.strictObject({
  documents: z.array(
    z.strictObject({ step: z.string(), role: z.string(), schema: z.string(), text: z.string() }),
  ),
  /** Steps whose documents there was no room for. */
  leftOut: z.array(z.string()),
});

export const GivenContext = z.strictObject({
  /** Both as the agent read them. */
  instructions: z.string(),
  prompt: z.string(),
  repository: z.strictObject({
    /** The head of the default branch, which its instructions are read from. */
    commit: z.string(),
    files: z.array(z.strictObject({ path: z.string(), text: z.string() })),
    skills: z.array(Skill),
    leftOut: z.array(z.string()),
  }),
  /** What the prompt was made from. */
  context: z.strictObject({
    repository: z.string(),
    goal: Text,
    /** The pull request whose work is to be changed; null of an issue. */
    pull: z.number().int().nullable(),
    conversation: Comments.nullable(),
    instructions: z.string(),
    log: z.strictObject({ name: z.string(), text: z.string() }).nullable(),
    diff: z.string().nullable(),
    labels: z.array(z.string()).readonly().nullable(),
    handedOver: HandedOver,
    /** Attempts at the same work that failed before, each in a sentence. */
    earlier: z.array(z.string()),
  }),
  /** What nobody sees on GitHub and was therefore taken out, by place. */
  hidden: z.array(
    z.strictObject({ in: z.string(), comments: z.number().int(), invisible: z.number().int() }),
  ),
});
export type GivenContext = z.infer<typeof GivenContext>;
