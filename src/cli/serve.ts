/** `gatehouse serve` and `gatehouse worker`: work until a signal stops them. */
import { type Output, print } from './output.ts';
import type { Running } from './services.ts';

/** What runs gets this long to end by itself. Milliseconds. */
const GRACE_MS = 30_000;

export async function serve(
  start: () => Promise<Running>,
  output: Output,
  options: { json: boolean },
): Promise<void> {
  const running = await start();
  const { first, second } = signals();
  print(output, options.json, { url: running.url, parts: running.describe }, [
    running.url ? `Gatehouse listens on ${running.url}` : 'Gatehouse works',
    ...running.describe.map(line => `  ${line}`),
  ]);
  await first;
  if (!options.json) output.out('Stopping: what runs may end; press Ctrl-C again to end it now.\n');
  await Promise.race([running.stop(GRACE_MS), second.then(() => running.stop(0))]);
}

/**
 * SIGINT, SIGTERM and SIGHUP: the first asks to stop, the second at once, the third does not ask. The listeners
 * stay: libraries that listen as well end the process once they find themselves alone.
 */
function signals(): { first: Promise<void>; second: Promise<void> } {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const steps = [first.resolve, second.resolve];
  const onSignal = () => (steps.shift() ?? (() => process.exit(1)))();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);
  return { first: first.promise, second: second.promise };
}
