/**
 * What a piece of synchronous work costs its own thread, in milliseconds. Other work on the machine
 * does not count, nor does the kernel's: to give memory takes many times as long on some virtual
 * machines as on others.
 */
export function threadTime(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  const { user } = process.threadCpuUsage(before);
  return user / 1_000;
}
