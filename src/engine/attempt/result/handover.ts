/** The document that a run hands over: its agent's answer, or what Gatehouse saw of its change or command. */
import type { Change } from '../../../core/change.ts';
import type { CodeProblem } from '../../../core/code-problem.ts';
import { type ChangeReport, changeReport } from '../../../core/handover/change-report.ts';
import { type CommandReport, commandReport } from '../../../core/handover/command-report.ts';
import { type Handover, readDocument } from '../../../core/handover/handover.ts';
import { createdOf, currentRework } from '../../../core/task/state/state.ts';
import type { RunContext } from '../run-context.ts';
import type { Judged } from './judge.ts';

/** What a run left, as far as a document is made of it. */
type Left = {
  judged: Pick<Judged, 'ok' | 'reported'>;
  exitCode: number | null;
  summary: string;
  /** The agent's structured answer. */
  structured: unknown;
  change: Change | null;
  problems: CodeProblem[];
  tests: CommandReport['tests'];
};

export type Document = Pick<Handover, 'schema' | 'fields'> & { document: unknown };

/** `null` where it hands nothing over. */
export function documentOf(
  context: Pick<RunContext, 'folded' | 'run' | 'chosen'>,
  left: Left,
): Document | null {
  const { run, chosen } = context;
  const { judged, exitCode, summary, structured, change, problems, tests } = left;
  if (run.executor.kind === 'command') {
    const { command } = run.executor;
    return read('command', commandReport({ command, exitCode, ok: judged.ok, tests, problems }));
  }
  if (judged.reported) return null;
  if (chosen.profile?.output && createdOf(context.folded.state).mode === 'live')
    return read(chosen.profile.output, structured);
  return change && read('change', changeReport(change, { summary, answers: answers(context) }));
}

function read(name: Parameters<typeof readDocument>[0], value: unknown): Document | null {
  const document = readDocument(name, value);
  return document.ok ? document : null;
}

function answers({ folded, run }: Pick<RunContext, 'folded' | 'run'>): ChangeReport['answers'] {
  if (run.purpose === 'remedy') return 'command';
  const leads = run.step === createdOf(folded.state).graph.reworkFrom;
  const origin = leads ? currentRework(folded.state)?.origin : undefined;
  // What a call asks for besides is work like what a comment asks for.
  return origin === 'call' ? 'comment' : (origin ?? 'task');
}
