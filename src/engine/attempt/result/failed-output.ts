/** What people are shown of a command that failed: the end of its output, and the places that it names. */
import type { FailedOutput } from '../../../core/code-problem.ts';
import { createdOf } from '../../../core/task/state/state.ts';
import { shownLine } from '../../../core/text/terminal-text.ts';
import { problemsIn } from '../../../toolchain/output/problems.ts';
import { SANDBOX_WORK } from '../../ports/sandbox.ts';
import type { RunContext } from '../run-context.ts';

const TAIL_LINES = 200;
const TAIL_CHARACTERS = 16_000;
const LONGEST_LINE = 500;
const MANIFEST_BYTES = 64 * 1024;
/** What can't be seen; a tab can. */
const HIDDEN = /(?!\t)\p{Cc}|\p{Default_Ignorable_Code_Point}|\p{Cf}/gu;

/** `output`: the last of it, redacted. */
export async function failedOutput(context: RunContext, output: string): Promise<FailedOutput> {
  const { deps, folded } = context;
  const { repository, config, base } = createdOf(folded.state);
  const directory = config.directory ?? '';
  // What was hidden between its characters may have kept a secret from being found.
  const lines = deps.redact(plainLines(output).join('\n')).split('\n');
  const named = lines.map(line => line.slice(0, LONGEST_LINE));
  // Without it less is found: what the command printed is not lost for that.
  const goModule = named.some(line => line.includes('.go:'))
    ? await moduleName().catch(() => null)
    : null;
  const problems = problemsIn(named, { root: SANDBOX_WORK, directory, goModule });
  return { tail: tailOf(lines), problems };

  async function moduleName(): Promise<string | null> {
    const source = { repository, remote: await deps.github.facts.remote(repository, 'read') };
    const path = directory === '' ? 'go.mod' : `${directory}/go.mod`;
    const manifest = await deps.workspaces.readFile(source, base.sha, path, MANIFEST_BYTES);
    return /^module[ \t]+(\S+)/m.exec(manifest?.toString('utf8') ?? '')?.[1] ?? null;
  }
}

/** @foreign */
export const plainLines = (output: string): string[] =>
  output.split('\n').map(line => shownLine(line).replace(HIDDEN, '').trimEnd());

function tailOf(lines: readonly string[]): string {
  const end = lines.findLastIndex(line => line !== '') + 1;
  const kept: string[] = [];
  let room = TAIL_CHARACTERS;
  for (const line of lines.slice(Math.max(0, end - TAIL_LINES), end).reverse()) {
    const shown = line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} …` : line;
    room -= shown.length + 1;
    if (room < 0) break;
    kept.unshift(shown);
  }
  return kept.join('\n');
}
