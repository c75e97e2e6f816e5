/** `gatehouse verify`: names the first bad event of each stream that has one. */
import { streamName } from '../core/stream.ts';
import { type ChainVerdict, verifyStream } from '../engine/chain.ts';
import type { StreamHead } from '../engine/ports/event-log.ts';
import { type Output, plain, print } from './output.ts';
import type { Services } from './services.ts';
import { openSource } from './source.ts';

export async function verify(
  services: Services,
  output: Output,
  stream: string | null,
  options: { json: boolean; file?: string },
): Promise<void> {
  await using source = await openSource(services, options.file, stream);
  const results = [];
  for await (const ref of source.streams) {
    // Loaded first: a stream may grow meanwhile, and never shrinks.
    const head = await source.head(ref);
    const verdict = await verifyStream(source.record.events(ref));
    results.push({ stream: streamName(ref), ...beside(verdict, head) });
  }
  const bad = results.filter(result => !result.ok);
  const events = results.reduce((sum, result) => sum + (result.ok ? result.events : 0), 0);
  const ok = bad.length === 0;
  print(output, options.json, { ok, streams: results }, [
    ...bad.map(each => plain(`${each.stream}: ${'problem' in each ? each.problem : ''}`, 400)),
    ok
      ? `verify: ok (${results.length} streams, ${events} events)`
      : `verify: failed (${bad.length} of ${results.length} streams)`,
  ]);
  if (!ok) output.exit(1);
}

/** A chain that was cut at its end is whole by itself; the head that is kept beside it tells. */
function beside(verdict: ChainVerdict, head: StreamHead | null): ChainVerdict {
  if (!head || !verdict.ok || verdict.events > head.version) return verdict;
  const { events } = verdict;
  if (events < head.version)
    return {
      ok: false,
      seq: events + 1,
      problem: `event ${events + 1} and what follows is missing`,
    };
  if (verdict.head !== head.hash)
    return { ok: false, seq: events, problem: `event ${events} is not the head that is kept` };
  return verdict;
}
