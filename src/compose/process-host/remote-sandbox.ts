/** The sandbox in the process host: the port over its process. */
import { createOutputQueue } from '../../adapters/sandbox/output-queue.ts';
import type { Sandbox, SandboxEnd, SandboxProcess } from '../../engine/ports/sandbox.ts';
import type { ProcessHosts } from './process-host.ts';

export function remoteSandbox(hosts: ProcessHosts): Sandbox {
  return {
    probe: () => hosts.present().call('sandbox.probe', []).result,
    async start({ signal, ...spec }) {
      signal.throwIfAborted();
      const host = hosts.present();
      const output = createOutputQueue();
      const ended = Promise.withResolvers<SandboxEnd>();
      // Nobody awaits the end before the output has ended: until then its failure is no unhandled one.
      ended.promise.catch(() => {});
      const { id, result } = host.call('sandbox.start', [spec], {
        progress(reply) {
          if ('output' in reply) {
            const { stream, chunk } = reply.output;
            return output.push({ stream, chunk: asBuffer(chunk) });
          }
          output.end();
          ended.resolve(reply.ended);
        },
        lost(error) {
          output.end();
          ended.reject(error);
        },
      });
      const abort = () => host.send({ id, abort: true });
      signal.addEventListener('abort', abort, { once: true });
      const done = ended.promise.finally(() => {
        signal.removeEventListener('abort', abort);
        host.forget(id);
      });
      done.catch(() => {});
      await result.catch(error => {
        ended.reject(error);
        throw error;
      });
      const process: SandboxProcess = {
        output: output.chunks,
        write: text => host.send({ id, write: text }),
        done,
      };
      return process;
    },
  };
}

/** The same bytes: a buffer's class is lost on the way. */
const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
