/** The roles with other budgets, or less trust. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const agents = resolve(import.meta.dirname, '../../agents');

/** A folder for GATEHOUSE_AGENTS in which one role has less than it usually has. */
export async function profilesWith(
  role: string,
  less: { tokens?: number; wallMs?: number; trust?: 'T1' },
): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-agents-'));
  await cp(agents, folder, { recursive: true });
  const file = join(folder, `${role}.md`);
  let text = await readFile(file, 'utf8');
  for (const [name, value] of Object.entries(less))
    text = text.replace(new RegExp(`(?<=^ *${name}: )\\w+$`, 'm'), `${value}`);
  await writeFile(file, text);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
