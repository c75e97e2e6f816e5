/** The file of a result: read to compare with, and written while the evaluation goes on. */
import { access, constants, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { EvaluationResult } from '../../core/evaluation/result.ts';

/** Also what `--json` printed, which has the comparison beside the result. */
export async function readResult(file: string): Promise<EvaluationResult> {
  const text = await readFile(file, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${file} is no JSON: name what an earlier \`gatehouse evaluate --out\` wrote`);
  }
  if (typeof value === 'object' && value !== null && 'ok' in value) {
    const { ok: _, comparison: __, ...result } = value as Record<string, unknown>;
    value = result;
  }
  const read = EvaluationResult.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Error(
    `${file} is no result of \`gatehouse evaluate --out\`: ${issue?.path.join('.')}: ${issue?.message}`,
  );
}

/** At least so long between two results that are not the last: a large one takes a moment to write. */
const PAUSE_MS = 5_000;

export type ResultWriter = {
  /** What there is so far. */
  offer(result: EvaluationResult): void;
  /** Writes the last one that was offered, whatever has ended the evaluation. */
  finish(): Promise<void>;
};

/** Throws where the file can't be written: nothing has been spent yet. */
export async function openResultWriter(file: string): Promise<ResultWriter> {
  const there = await stat(file).catch(() => null);
  if (there?.isDirectory()) throw new Error(`${file} is a folder: name a file`);
  // A device or a pipe stays what it is; a file is there whole or not at all.
  const part = there && !there.isFile() ? null : `${file}.part`;
  if (there) await access(file, constants.W_OK);
  if (part !== null) {
    await writeFile(part, '');
    await rm(part);
  }
  let latest: EvaluationResult | null = null;
  let writing: Promise<void> = Promise.resolve();
  let last = Number.NEGATIVE_INFINITY;
  let isFree = true;
  const write = async () => {
    if (latest === null) return;
    const text = `${JSON.stringify(latest, null, 2)}\n`;
    latest = null;
    if (part === null) return writeFile(file, text);
    await writeFile(part, text);
    await rename(part, file);
  };
  return {
    offer(result) {
      latest = result;
      if (part === null || !isFree || performance.now() - last < PAUSE_MS) return;
      isFree = false;
      // A disk that is full now may have room at the end, where it is said.
      writing = write()
        .catch(() => {
          latest ??= result;
        })
        .finally(() => {
          isFree = true;
          last = performance.now();
        });
    },
    async finish() {
      await writing;
      await write();
    },
  };
}
