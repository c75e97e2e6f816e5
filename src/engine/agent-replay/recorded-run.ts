/** What a part of a run left, read by digest: what a replay is given, and what it is compared with. */
import { z } from 'zod';
import { JournalLine } from '../../core/agent-event.ts';
import type { Digest } from '../../core/decision.ts';
import { RunRecording } from '../../core/recording.ts';
import { firstFalseLine } from '../attempt/process/journal.ts';
import { NotReplayable } from './not-replayable.ts';
import type { RecordedPart } from './recorded-parts.ts';
import type { ReplayDependencies } from './replay-dependencies.ts';

/** The fields of `result.json` that are compared. */
const ResultFile = z.object({
  end: z.object({ by: z.enum(['exit', 'timeout', 'aborted', 'output_limit', 'disk_full']) }),
  summary: z.string(),
  failure: z.object({ class: z.string() }).nullable(),
  output: z.unknown(),
});
export type RecordedResult = z.infer<typeof ResultFile>;

export type RecordedRun = {
  /** `null`: a command, which no agent worked. */
  recording: RunRecording | null;
  journal: JournalLine[];
  /** `null`: it stopped to wait for a person, or left nothing. */
  result: RecordedResult | null;
  /** The digest of `patch.diff`; `null`: it changed nothing, or its changes were not kept. */
  patch: Digest | null;
};

export async function readRecordedRun(
  { artifacts }: Pick<ReplayDependencies, 'artifacts'>,
  { run, left, end }: RecordedPart,
): Promise<RecordedRun> {
  const read = async (name: string): Promise<string | null> => {
    const digest = left.get(name);
    return digest === undefined ? null : (await artifacts.get(digest)).toString('utf8');
  };
  const [recording, journal, result] = await Promise.all(
    ['recording.json', 'journal.jsonl', 'result.json'].map(read),
  );
  if (run.executor.kind === 'agent' && !recording)
    throw new NotReplayable(
      `${run.id} has no recording.json: it was worked by a version of Gatehouse that recorded no exchanges with the model`,
    );
  const lines = (journal ?? '').split('\n').filter(line => line !== '');
  const parsed = lines.map(line => JournalLine.parse(JSON.parse(line)));
  const wrong = firstFalseLine(parsed);
  if (wrong !== null) throw new Error(`line ${wrong} of the journal of ${run.id} was changed`);
  return {
    recording: recording ? RunRecording.parse(JSON.parse(recording)) : null,
    journal: parsed,
    result: end === 'ended' && result ? ResultFile.parse(JSON.parse(result)) : null,
    patch: left.get('patch.diff') ?? null,
  };
}
