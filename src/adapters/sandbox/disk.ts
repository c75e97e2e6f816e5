/** The host's disk, which a work tree shares with everything else. */
import { statfs } from 'node:fs/promises';

/** What is left to the host, however large the disk: enough for the log to go on. */
const RESERVE_BYTES = 1_000_000_000;
const LOOK_EVERY_MS = 500;

/** Throws where too little is free to begin with. */
export async function assertRoom(path: string): Promise<void> {
  if (await isShort(path))
    throw new Error(`The disk of ${path} is almost full: free some space before agents run.`);
}

/** Calls back once, when what is left has become too little; `stop` ends the watch. */
export function watchDisk(path: string, short: () => void): { stop(): void } {
  const timer = setInterval(() => {
    isShort(path).then(
      now => {
        if (now) short();
      },
      () => {}, // The work tree went away: nothing to watch.
    );
  }, LOOK_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

/** A tenth of a small disk, a gigabyte of a large one; and a hundredth of its files. */
async function isShort(path: string): Promise<boolean> {
  const { bavail, blocks, bsize, ffree, files } = await statfs(path);
  const reserve = Math.min(RESERVE_BYTES, (blocks * bsize) / 10);
  return bavail * bsize < reserve || (files > 0 && ffree < files / 100);
}
