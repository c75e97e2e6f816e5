/**
 * What a run said, line by line, from wherever a reader stands: the journals that were kept of it, part
 * by part, and after those what it says now.
 */
import type { Digest } from '../../core/decision.ts';
import { ArtifactExpired, type Artifacts } from '../ports/artifacts.ts';
import type { RunOutput } from '../ports/run-output.ts';
import { journalLines } from './journal-lines.ts';

type Sources = {
  artifacts: Pick<Artifacts, 'list' | 'part'>;
  runOutput: Pick<RunOutput, 'read'>;
};

/** In which part of the run a reader stands, and after which of its lines. */
export type RunPlace = { part: number; seq: number };
export const BEGINNING: RunPlace = { part: 0, seq: 0 };

/** What a run keeps of a part that ended with a wait, its journal among it, stands under this name. */
export const partName = (run: string, part: number): string => `${run}-part-${part + 1}`;

/** A line with the place of whoever has read it. */
export type PlacedLine = RunPlace & { line: string };
type Lines = { lines: PlacedLine[]; place: RunPlace };

/**
 * The next lines, at most `most`, and where the reader stands after them; none where there is nothing
 * new. What a run says now is read before its journals are looked up: a journal is kept first and what
 * was shown dropped after it, so that each line is found in one of the two.
 */
export async function linesAfter(
  sources: Sources,
  of: { task: string; run: string },
  from: RunPlace,
  most = Number.POSITIVE_INFINITY,
): Promise<Lines> {
  const now = await linesNow(sources, of, from, most);
  return now.lines.length > 0 ? now : linesKept(sources, of, from, most);
}

/** The same of what it says now alone, which costs one short query. */
export async function linesNow(
  { runOutput }: Pick<Sources, 'runOutput'>,
  { task, run }: { task: string; run: string },
  { part, seq }: RunPlace,
  most = Number.POSITIVE_INFINITY,
): Promise<Lines> {
  const shown = (await runOutput.read({ task, run, part }, seq)).slice(0, most);
  const lines = shown.map(each => ({ part, seq: each.seq, line: each.line }));
  return { lines, place: { part, seq: lines.at(-1)?.seq ?? seq } };
}

async function linesKept(
  { artifacts }: Pick<Sources, 'artifacts'>,
  { task, run }: { task: string; run: string },
  from: RunPlace,
  most: number,
): Promise<Lines> {
  const journals = await keptJournals(artifacts, task, run);
  const place = { ...from };
  const lines: PlacedLine[] = [];
  for (const digest of journals.slice(from.part)) {
    const { part, seq } = place;
    const next = await linesOrExpiry(artifacts, digest, seq, most - lines.length);
    for (const [index, line] of next.entries()) lines.push({ part, seq: seq + index + 1, line });
    if (lines.length >= most) return { lines, place: placeOf(lines.at(-1) ?? from) };
    place.part += 1;
    place.seq = 0;
  }
  return { lines, place };
}

const placeOf = ({ part, seq }: RunPlace): RunPlace => ({ part, seq });

/** One line instead of a journal that expired: `{"expired": <when>}`. */
async function linesOrExpiry(
  artifacts: Sources['artifacts'],
  digest: Digest,
  after: number,
  most: number,
): Promise<string[]> {
  try {
    return await journalLines(artifacts, digest, after, most);
  } catch (error) {
    if (!(error instanceof ArtifactExpired)) throw error;
    return after === 0 ? [JSON.stringify({ expired: error.at })] : [];
  }
}

/** In order. The last one is of the whole rest of the run: nothing comes after it. */
async function keptJournals(
  artifacts: Sources['artifacts'],
  task: string,
  run: string,
): Promise<Digest[]> {
  const left = await artifacts.list(task);
  const journalOf = (name: string): Digest | null =>
    left.find(artifact => artifact.run === name && artifact.name === 'journal.jsonl')?.digest ??
    null;
  const journals: Digest[] = [];
  for (;;) {
    const part = journalOf(partName(run, journals.length));
    if (part === null) break;
    journals.push(part);
  }
  const last = journalOf(run);
  return last === null ? journals : [...journals, last];
}
