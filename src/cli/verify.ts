/** `gatehouse verify`: names the first bad event of each stream that has one. */
import { streamName } from '../core/stream.ts';
import { verifyStream } from '../engine/chain.ts';
import type { House } from './house.ts';
import { type Output, print } from './output.ts';
import { openSource } from './source.ts';

export async function verify(
  house: House,
  output: Output,
  stream: string | null,
  options: { json: boolean; file?: string },
): Promise<void> {
  const source = await openSource(house, options.file, stream);
  try {
    const results = [];
    for await (const ref of source.streams) {
      const verdict = await verifyStream(source.record.events(ref));
      results.push({ stream: streamName(ref), ...verdict });
    }
    const bad = results.filter(result => !result.ok);
    const events = results.reduce((sum, result) => sum + (result.ok ? result.events : 0), 0);
    const ok = bad.length === 0;
    print(output, options.json, { ok, streams: results }, [
      ...bad.map(result => `${result.stream}: ${'problem' in result ? result.problem : ''}`),
      ok
        ? `verify: ok (${results.length} streams, ${events} events)`
        : `verify: failed (${bad.length} of ${results.length} streams)`,
    ]);
    if (!ok) output.exit(1);
  } finally {
    await source.close();
  }
}
