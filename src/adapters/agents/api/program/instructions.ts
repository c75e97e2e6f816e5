/** What the model is told before the task: how it works here, and what the repository says to agents. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiStart } from '../protocol.ts';

/** Characters of the repository's own instructions. */
const MOST = 32_000;

export async function instructionsFor({ work }: Pick<ApiStart, 'work'>): Promise<string> {
  const own = await readFile(join(work, 'AGENTS.md'), 'utf8').catch(() => '');
  const parts = [
    `You work on the repository in ${work} with the tools that you have, until the task is done. Your tools may refuse a call and say why; then find another way, or say what is missing. Your last message, without a call of a tool, ends the work: say there what you did.`,
  ];
  if (own.trim() !== '')
    parts.push(`What AGENTS.md of the repository says:\n\n${own.slice(0, MOST)}`);
  return parts.join('\n\n');
}
