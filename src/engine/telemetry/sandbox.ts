/** A sandbox whose every process is told of, once it has ended or could not be started. */
import type { Executor } from '../../core/task/events/run.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sandbox, SandboxEnd } from '../ports/sandbox.ts';
import type { Observe } from '../ports/telemetry.ts';

export function observedSandbox(
  { sandbox, observe, clock }: { sandbox: Sandbox; observe: Observe; clock: Clock },
  of: { task: string; run: string; executor: Executor['kind'] },
): Sandbox {
  return {
    probe: sandbox.probe,
    async start(spec) {
      const from = clock.now().getTime();
      const told = (startMs: number, end: ReturnType<typeof endOf> | 'not_started') =>
        observe({ type: 'sandbox_ended', ...of, startMs, end, from, to: clock.now().getTime() });
      try {
        const process = await sandbox.start(spec);
        const startMs = clock.now().getTime() - from;
        process.done.then(
          end => told(startMs, endOf(end)),
          () => told(startMs, 'aborted'),
        );
        return process;
      } catch (error) {
        told(clock.now().getTime() - from, 'not_started');
        throw error;
      }
    },
  };
}

const endOf = ({ by, outOfMemory }: SandboxEnd) => (outOfMemory ? 'out_of_memory' : by);
