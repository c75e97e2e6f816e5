/** What a task asks people where no remedy is left: it waits until one of them tries it again or ends it. */

/** `run`: the one that failed, for which it asks. `at`: since when, in ISO 8601. */
export type TaskQuestion = { text: string; run: string; at: string };

export const questionAsked = (
  { question, run }: { question: string; run: string },
  at: string,
): TaskQuestion => ({ text: question, run, at });

/** Below what is asked, wherever people read it. */
export const HOW_TO_ANSWER =
  '`/agent retry`, with what the agent should know, tries it again; `/agent cancel` ends the work.';
