/** Lines of JSON. Each ends with \n alone: Node's `readline` ends one at U+2028 too, which JSON leaves in texts. */
import type { Readable } from 'node:stream';

export async function* readLines(input: Readable): AsyncGenerator<string, void, undefined> {
  let begun: string[] = [];
  for await (const chunk of input.setEncoding('utf8')) {
    const [first = '', ...others] = String(chunk).split('\n');
    begun.push(first);
    for (const part of others) {
      yield begun.join('');
      begun = [part];
    }
  }
  const last = begun.join('');
  if (last !== '') yield last;
}
