/**
 * Reads the processor time of a process and all its descendants from `/proc`. Of those that live the
 * scheduler's nanoseconds count: in the clock's ticks of 10 ms each of a dozen processes that do next to
 * nothing would be off by as much as it uses.
 */
import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

/** The kernel's clock ticks in a second. */
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Milliseconds since their start; ended processes count with their parent. */
export async function processorTime(root: number): Promise<number> {
  const all = new Map<number, { parent: number; endedMs: number }>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const text = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const [, rest = ''] = /^\d+ \(.*\) (.*)$/s.exec(text) ?? [];
    const fields = rest.split(' ').map(Number);
    const ticks = (fields[13] ?? 0) + (fields[14] ?? 0);
    all.set(Number(entry), { parent: fields[1] ?? 0, endedMs: (ticks * 1000) / TICKS });
  }
  const descends = (pid: number): boolean => {
    if (pid === root) return true;
    const parent = all.get(pid)?.parent;
    return parent !== undefined && parent > 1 && descends(parent);
  };
  let used = 0;
  for (const [pid, { endedMs }] of all)
    if (descends(pid)) used += endedMs + (await ofThreads(pid).catch(() => 0));
  return used;
}

async function ofThreads(pid: number): Promise<number> {
  let ms = 0;
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');
    ms += Number(text.split(' ')[0]) / 1e6;
  }
  return ms;
}
