/** SIGINT, SIGTERM and SIGHUP: the first cancels what is under way, a later one ends the process. */
import type { Output } from '../output.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A terminal sends Ctrl-C to all processes of a command, and whoever started this one may pass it on as well. */
const REPEAT_MS = 1_000;

type Host = Pick<NodeJS.Process, 'on' | 'off' | 'exit'>;

/** The listeners stay: libraries that listen as well end the process once they find themselves alone. */
export function stopSignals(
  output: Pick<Output, 'err'>,
  { host = process, now = () => performance.now() }: { host?: Host; now?: () => number } = {},
): { signal: AbortSignal; forget: () => void } {
  const controller = new AbortController();
  let first: number | null = null;
  const onSignal = () => {
    if (first !== null) {
      if (now() - first >= REPEAT_MS) host.exit(1);
      return;
    }
    first = now();
    output.err('Stopping: what is under way is canceled. Press Ctrl-C again to end it now.\n');
    controller.abort(new Error('The evaluation was stopped.'));
  };
  for (const name of SIGNALS) host.on(name, onSignal);
  const forget = () => {
    for (const name of SIGNALS) host.off(name, onSignal);
  };
  return { signal: controller.signal, forget };
}
