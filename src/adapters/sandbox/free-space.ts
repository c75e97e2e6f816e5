/** Free space on the host's disk, which work trees share with the log and everything else. */
import { statfs } from 'node:fs/promises';
import { DiskFull } from '../../engine/ports/workspace.ts';

/** The most that is reserved for the host, however large the disk: enough for the log to go on. */
const RESERVE_BYTES = 1_000_000_000;
/** What is written in between has to be less than the reserve, on a fast disk as well. */
const CHECK_EVERY_MS = 100;

/** Throws where too little space is free to start an agent. */
export async function assertFreeSpace(path: string): Promise<void> {
  if (await isAlmostFull(path))
    throw new DiskFull(
      `The disk of ${path} is almost full: free some space so that agents can run.`,
    );
}

/** Calls `onAlmostFull` at each check that finds too little space free, until `stop` is called. */
export function watchFreeSpace(path: string, onAlmostFull: () => void): { stop(): void } {
  let isLooking = false;
  const look = async () => {
    // A disk that does not answer is asked once.
    if (isLooking) return;
    isLooking = true;
    // A work tree that was removed needs no watch.
    if (await isAlmostFull(path).catch(() => false)) onAlmostFull();
    isLooking = false;
  };
  const timer = setInterval(look, CHECK_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

/** The reserve is a tenth of the disk but at most a gigabyte, and a hundredth of its inodes. */
async function isAlmostFull(path: string): Promise<boolean> {
  const { bavail, blocks, bsize, ffree, files } = await statfs(path);
  const reserve = Math.min(RESERVE_BYTES, (blocks * bsize) / 10);
  return bavail * bsize < reserve || (files > 0 && ffree < files / 100);
}
