/** Reads the processor time of a process and all its descendants from `/proc`. */
import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

/** The kernel's clock ticks in a second. */
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Milliseconds since their start, by program name; ended processes count with their parent. */
export async function processorTime(root: number): Promise<Map<string, number>> {
  const all = new Map<number, { name: string; parent: number; ms: number }>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const text = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => null);
    const [, name = '', rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(text ?? '') ?? [];
    const fields = rest.split(' ').map(Number);
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + (fields[index] ?? 0), 0);
    all.set(Number(entry), { name, parent: fields[1] ?? 0, ms: (ticks * 1000) / TICKS });
  }
  const descends = (pid: number): boolean => {
    if (pid === root) return true;
    const parent = all.get(pid)?.parent;
    return parent !== undefined && parent > 1 && descends(parent);
  };
  const used = new Map<string, number>();
  for (const [pid, { name, ms }] of all)
    if (descends(pid)) used.set(name, (used.get(name) ?? 0) + ms);
  return used;
}
