/** `gatehouse replay`: the same states and the same decisions, or where they first differ. */
import { streamName } from '../core/stream.ts';
import { rebuild } from '../engine/queries.ts';
import { replayStream } from '../engine/replay.ts';
import type { House } from './house.ts';
import { type Output, print } from './output.ts';
import { openSource } from './source.ts';

export async function replay(
  house: House,
  output: Output,
  stream: string | null,
  options: { json: boolean; file?: string; rebuild: boolean },
): Promise<void> {
  if (options.rebuild) return rebuildAll(house, output, options);
  const source = await openSource(house, options.file, stream);
  try {
    const results = [];
    for await (const ref of source.streams)
      results.push(await replayStream(source.record, ref, await source.kept(ref)));
    const different = results.filter(result => result.replay !== 'identical');
    const decisions = results.reduce((sum, result) => sum + result.decisions.same, 0);
    const ok = different.length === 0;
    print(output, options.json, { ok, streams: results }, [
      ...different.map(
        result =>
          `${streamName(result.stream)}: ${result.verify === 'ok' ? result.replay : result.verify}`,
      ),
      ok
        ? `replay: identical (${results.length} streams, ${decisions} decisions taken again)`
        : `replay: different (${different.length} of ${results.length} streams)`,
    ]);
    if (!ok) output.exit(1);
  } finally {
    await source.close();
  }
}

async function rebuildAll(house: House, output: Output, options: { json: boolean; file?: string }) {
  if (options.file !== undefined)
    throw new Error('--rebuild works on the database: leave --file out');
  const opened = await house.openLog();
  try {
    const streams = await rebuild(opened);
    print(output, options.json, { ok: true, streams }, [
      `rebuilt ${streams} streams from their events`,
    ]);
  } finally {
    await opened.close();
  }
}
