/** `gatehouse serve` and `gatehouse worker`: work until told to stop. */
import { once } from 'node:events';
import type { Running } from './house.ts';
import { type Output, print } from './output.ts';

/** What runs gets this long to end by itself; a second signal ends it at once. */
const GRACE_MS = 30_000;

export async function serve(
  start: () => Promise<Running>,
  output: Output,
  options: { json: boolean },
): Promise<void> {
  const running = await start();
  print(output, options.json, { url: running.url, parts: running.describe }, [
    running.url ? `Gatehouse listens on ${running.url}` : 'Gatehouse works',
    ...running.describe.map(line => `  ${line}`),
  ]);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  if (!options.json) output.err('Stopping: what runs may end; press Ctrl-C again to end it now.\n');
  const again = once(process, 'SIGINT').then(() => running.stop(0));
  await Promise.race([running.stop(GRACE_MS), again]);
}
