/** The sandbox in the process host: the port over its process. */
import { createOutputQueue } from '../../adapters/sandbox/output-queue.ts';
import type { Sandbox, SandboxEnd, SandboxProcess } from '../../engine/ports/sandbox.ts';
import { costOf } from './messages.ts';
import type { ProcessHosts } from './process-host.ts';

export function remoteSandbox(hosts: ProcessHosts): Sandbox {
  return {
    probe: () => hosts.present().call('sandbox.probe', []).result,
    async start({ signal, ...spec }) {
      signal.throwIfAborted();
      const host = hosts.present();
      // The process host pauses, by what it is told that was read.
      const output = createOutputQueue({ pause() {}, resume() {} });
      const ended = Promise.withResolvers<SandboxEnd>();
      // Nobody awaits the end before the output has ended: until then its failure is no unhandled one.
      ended.promise.catch(() => {});
      const { id, result } = host.call('sandbox.start', [spec], {
        progress(reply) {
          if ('output' in reply) {
            for (const { stream, chunk } of reply.output)
              output.push({ stream, chunk: asBuffer(chunk) });
            return;
          }
          output.end();
          ended.resolve(reply.ended);
        },
        failed(error) {
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
      await result;
      const process: SandboxProcess = {
        output: toldToBeRead(output.chunks, read => host.send({ id, read })),
        write: text => host.send({ id, write: text }),
        closeInput: () => host.send({ id, closeInput: true }),
        done,
      };
      return process;
    },
  };
}

/** How much is read before the other end is told. Bytes. */
const TOLD_EACH = 256 * 1024;

async function* toldToBeRead(
  chunks: SandboxProcess['output'],
  tell: (read: number) => void,
): SandboxProcess['output'] {
  let read = 0;
  try {
    for await (const one of chunks) {
      read += costOf(one);
      if (read >= TOLD_EACH) {
        tell(read);
        read = 0;
      }
      yield one;
    }
  } finally {
    // Nobody reads what still comes.
    tell(Number.POSITIVE_INFINITY);
  }
}

/** The same bytes: a buffer's class is lost on the way. */
const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
