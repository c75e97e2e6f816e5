/** What the model is told before the task: what holds for its run, and how it works here. */
import type { ApiStart } from '../protocol.ts';

export const instructionsFor = ({
  instructions,
  work,
}: Pick<ApiStart, 'instructions' | 'work'>): string =>
  `${instructions}

You work on the repository in ${work} with the tools that you have, until the task is done. Your tools may refuse a call and say why; then find another way, or say what is missing. Your last message, without a call of a tool, ends the work: say there what you did.`;
