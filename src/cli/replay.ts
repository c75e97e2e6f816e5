/** `gatehouse replay`: the same states and the same decisions, or where they first differ. */

import { streamName } from '../core/stream.ts';
import { plain } from '../core/text/plain-text.ts';
import { replayStream } from '../engine/audit/replay.ts';
import { rebuild, rowsProblem } from '../engine/rebuild.ts';
import { type Output, print } from './output.ts';
import { replayAllRuns, replayOneRun } from './replay-run.ts';
import type { Services } from './services.ts';
import { openSource } from './source.ts';

type Options = { json: boolean; file?: string; rebuild: boolean; agent: boolean; run?: string };

export async function replay(
  services: Services,
  output: Output,
  stream: string | null,
  options: Options,
): Promise<void> {
  const { run } = options;
  if (options.agent || run !== undefined) {
    const { agent, rebuild, file } = options;
    if (!agent) throw new Error(`--run is about doing a run once more: add --agent`);
    if (rebuild || file !== undefined)
      throw new Error('--agent does runs once more: leave --file and --rebuild out');
    if (stream === null)
      throw new Error(
        'name the task: gatehouse replay <task> --agent, with --run <run> for one of its runs; `gatehouse status <task>` lists them',
      );
    return run === undefined
      ? replayAllRuns(services, output, stream, options)
      : replayOneRun(services, output, { task: stream, run }, options);
  }
  if (options.rebuild) return rebuildAll(services, output, stream, options);
  await using source = await openSource(services, options.file, stream);
  const results = [];
  for await (const ref of source.streams) {
    const head = await source.head(ref);
    const { stream, ...replayed } = await replayStream(source.record, ref, head?.folded);
    const { log } = source;
    const rows = log && replayed.replay === 'identical' ? await rowsProblem(log, ref) : null;
    results.push({ stream: streamName(stream), ...replayed, replay: rows ?? replayed.replay });
  }
  const different = results.filter(result => result.replay !== 'identical');
  const decisions = results.reduce((sum, result) => sum + result.decisions.same, 0);
  const { faults } = source;
  const ok = different.length === 0 && faults.length === 0;
  print(output, options.json, { ok, streams: results, faults }, [
    ...faults,
    ...different.map(({ stream, verify, replay }) =>
      plain(`${stream}: ${verify === 'ok' ? replay : verify}`, 400),
    ),
    ok
      ? `replay: identical (${results.length} streams, ${decisions} decisions taken again)`
      : `replay: different (${different.length} of ${results.length} streams)`,
  ]);
  if (!ok) output.exit(1);
}

async function rebuildAll(
  services: Services,
  output: Output,
  stream: string | null,
  { json, file }: Options,
): Promise<void> {
  if (file !== undefined) throw new Error('--rebuild works on the database: leave --file out');
  if (stream !== null) throw new Error(`--rebuild is about every stream: leave ${stream} out`);
  const opened = await services.openLog();
  try {
    const { streams, broken } = await rebuild(opened);
    const ok = broken.length === 0;
    print(output, json, { ok, streams, broken }, [
      ...broken.map(({ stream, problem }) => plain(`${stream}: left as it is: ${problem}`, 400)),
      `rebuilt ${streams} streams from their events`,
    ]);
    if (!ok) output.exit(1);
  } finally {
    await opened.close();
  }
}
