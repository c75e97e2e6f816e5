/** An export without what only its machine is called, sealed anew. */
import type { StoredEvent } from '../../src/core/event.ts';
import { streamName } from '../../src/core/stream.ts';
import { canonical, digestOf, GENESIS, hashOf } from '../../src/engine/chain.ts';

type Line = { kind: string; event?: StoredEvent; digest?: string; text?: string };

/** `names`: what stands there → what is to stand there; in events and in the contents they name. */
export async function trim(
  lines: AsyncIterable<string>,
  names: ReadonlyMap<string, string>,
): Promise<string> {
  const renamed = new Map(names);
  const heads = new Map<string, string>();
  const rename = (text: string) =>
    [...renamed].reduce((result, [from, to]) => result.replaceAll(from, to), text);
  let kept = '';
  for await (const text of lines) {
    const line: Line = JSON.parse(text);
    if (line.digest !== undefined && line.text !== undefined) {
      line.text = rename(line.text);
      const digest = digestOf(line.text);
      // Contents stand before the events that name them.
      renamed.set(line.digest, digest);
      line.digest = digest;
    }
    if (line.event) line.event = seal(JSON.parse(rename(canonical(line.event))), heads);
    kept += `${canonical(line)}\n`;
  }
  return kept;
}

export function seal(event: StoredEvent, heads: Map<string, string>): StoredEvent {
  const stream = streamName(event.stream);
  const { hash: _, ...unsealed } = { ...event, prev: heads.get(stream) ?? GENESIS };
  const hash = hashOf(unsealed);
  heads.set(stream, hash);
  return { ...unsealed, hash };
}
