/** Lines of JSON that are written as fast as they are read, however many there are. */
import type { ApiAnswer } from '../endpoint.ts';
import { stillStands } from '../still-stands.ts';

/** Lines of a file are put together, so that not each one is a write of its own. Characters. */
const TOGETHER = 64 * 1024;

/**
 * `lines`: each with its newline. `eachAtOnce`: somebody waits for every one of them. Where they fail, or whoever reads may not see them any more (`stands`), the
 * body ends without its last line, and the connection is cut.
 */
export function lineStream(
  lines: AsyncIterable<string>,
  {
    name,
    stands,
    eachAtOnce = false,
  }: { name: string; stands: () => Promise<boolean>; eachAtOnce?: boolean },
): ApiAnswer<never> {
  const iterator = lines[Symbol.asyncIterator]();
  const together = eachAtOnce ? 1 : TOGETHER;
  const maySee = stillStands(stands);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      let text = '';
      while (text.length < together) {
        const next = await iterator.next();
        if (!(await maySee())) {
          await iterator.return?.();
          throw new Error('whoever reads these lines may not see them any more');
        }
        if (next.done) {
          if (text !== '') controller.enqueue(encoder.encode(text));
          return controller.close();
        }
        text += next.value;
      }
      controller.enqueue(encoder.encode(text));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
  const safe = name.replaceAll(/[^\w.-]/g, '_');
  const headers = { 'content-disposition': `attachment; filename="${safe}"` };
  return { ok: true, etag: null, headers, body };
}
