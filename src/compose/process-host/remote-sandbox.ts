/** The sandbox, started by the keeper: the port over its process. */
import { createOutputQueue } from '../../adapters/sandbox/output-queue.ts';
import type {
  Sandbox,
  SandboxEnd,
  SandboxProbe,
  SandboxProcess,
} from '../../engine/ports/sandbox.ts';
import type { ProcessHosts } from './process-host.ts';

export function remoteSandbox(hosts: ProcessHosts): Sandbox {
  return {
    async probe() {
      const call = { method: 'probe', args: [], workspace: null };
      return (await hosts.present().ask(call).answer) as SandboxProbe;
    },
    async start({ signal, ...spec }) {
      signal.throwIfAborted();
      const host = hosts.present();
      const output = createOutputQueue();
      const ended = Promise.withResolvers<SandboxEnd>();
      // It is awaited once the output has ended; until then its failure is none of the process's.
      ended.promise.catch(() => {});
      const { id, answer } = host.ask(
        { method: 'start', args: [spec], workspace: null },
        {
          hear(said) {
            if ('output' in said) {
              const { stream, chunk } = said.output;
              return output.push({ stream, chunk: asBuffer(chunk) });
            }
            output.end();
            ended.resolve(said.ended);
          },
          lost(error) {
            output.end();
            ended.reject(error);
          },
        },
      );
      const abort = () => host.say({ id, abort: true });
      signal.addEventListener('abort', abort, { once: true });
      const done = ended.promise.finally(() => {
        signal.removeEventListener('abort', abort);
        host.forget(id);
      });
      done.catch(() => {});
      await answer.catch(error => {
        ended.reject(error);
        throw error;
      });
      const process: SandboxProcess = {
        output: output.chunks,
        write: text => host.say({ id, write: text }),
        done,
      };
      return process;
    },
  };
}

/** The same bytes: a buffer's class is lost on the way. */
const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
