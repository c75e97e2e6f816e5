/** `gatehouse serve` and `gatehouse worker`: work until told to stop. */
import type { Running } from './house.ts';
import { type Output, print } from './output.ts';

/** What runs gets this long to end by itself; a second signal ends it at once. Milliseconds. */
const GRACE_MS = 30_000;

export async function serve(
  start: () => Promise<Running>,
  output: Output,
  options: { json: boolean },
): Promise<void> {
  const running = await start();
  const told = signaled();
  print(output, options.json, { url: running.url, parts: running.describe }, [
    running.url ? `Gatehouse listens on ${running.url}` : 'Gatehouse works',
    ...running.describe.map(line => `  ${line}`),
  ]);
  await told;
  output.err('Stopping: what runs may end; press Ctrl-C again to end it now.\n');
  const again = signaled().then(() => running.stop(0));
  await Promise.race([running.stop(GRACE_MS), again]);
}

const signaled = (): Promise<void> =>
  new Promise(done => {
    const heard = () => {
      process.off('SIGINT', heard).off('SIGTERM', heard);
      done();
    };
    process.on('SIGINT', heard).on('SIGTERM', heard);
  });
