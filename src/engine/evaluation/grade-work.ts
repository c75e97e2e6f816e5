/** Grades what a task left, by the graders of its suite, in sandboxes like those of the repository's own commands. */
import { randomBytes } from 'node:crypto';
import { Change } from '../../core/change.ts';
import { gradeChange } from '../../core/evaluation/grade-change.ts';
import { lastStep } from '../../core/evaluation/judge-task.ts';
import type { Trial } from '../../core/evaluation/result.ts';
import type { Grader } from '../../core/evaluation/suite.ts';
import type { Folded } from '../../core/fold.ts';
import { createdOf, type Run, type TaskState } from '../../core/task/state/state.ts';
import { workAt } from '../../core/task/work/step-state.ts';
import { lastPart } from '../../core/text/last-part.ts';
import { commandRequest } from '../attempt/command-request.ts';
import { execute } from '../attempt/process/execute.ts';
import { createJournal } from '../attempt/process/journal.ts';
import { createExecution } from '../attempt/session/session.ts';
import { openWorkspace } from '../attempt/workspace.ts';
import type { WorkerDependencies } from '../dependencies.ts';
import { writableFolder } from '../ports/workspace.ts';
import { type HiddenFile, layOver } from './lay-over.ts';

/** `name`: as the suite's reader calls it, such as `node --test`; `folder`: of its hidden files, absolute. */
export type PlannedGrader = {
  name: string;
  grader: Grader;
  folder: string | null;
  hidden: readonly HiddenFile[];
};

export type GradedTask = Pick<Trial, 'outcome' | 'reason' | 'graders'>;

type Graded = Trial['graders'][number];

type GradeContext = {
  task: string;
  folded: Folded<TaskState>;
  graders: readonly PlannedGrader[];
  signal: AbortSignal;
};

/** All graders have their say, so that people see what else is wrong. */
export async function gradeWork(
  deps: WorkerDependencies,
  context: GradeContext,
): Promise<GradedTask> {
  const graders: Graded[] = [];
  for (const planned of context.graders) {
    const why = await whyNot(deps, context, planned);
    graders.push({ grader: planned.name, passed: why === '', reason: deps.redact(why) });
  }
  const failed = graders.find(({ passed }) => !passed);
  return failed
    ? { outcome: 'failed', reason: `${failed.grader}: ${failed.reason}`, graders }
    : { outcome: 'passed', reason: '', graders };
}

/** Empty where the grader passes. */
async function whyNot(
  deps: WorkerDependencies,
  context: GradeContext,
  { grader, hidden }: PlannedGrader,
): Promise<string> {
  if ('command' in grader) return runCommand(deps, context, { ...grader, hidden });
  const { state } = context.folded;
  const work = workAt(state, lastStep(state));
  const change = work && Change.parse(JSON.parse(String(await deps.artifacts.get(work.change))));
  return gradeChange(grader.change, change).join(' ');
}

/** Characters of what a command printed last that the result has. */
const MOST_PRINTED = 4_000;

const NOT_FOUND = 127;

/** The one line that a shell prints names the grader's program, which no work brings along. */
export function isItself(argv: readonly string[], printed: string): boolean {
  const [, program = ''] =
    /^[^\n]*: (?:exec: )?([^\s:/]+): (?:command )?not found$/.exec(printed) ?? [];
  return program !== '' && argv.some(word => word.split(/[\s;&|()]+/).includes(program));
}

/** The work is laid out anew for each command: what one leaves is seen by no other. */
async function runCommand(
  deps: WorkerDependencies,
  { task, folded, signal }: GradeContext,
  grader: { command: string[]; seconds: number; hidden: readonly HiddenFile[] },
): Promise<string> {
  const { state } = folded;
  const adapter = deps.adapters.get('command');
  if (!adapter) throw new Error('there is no adapter for commands');
  const argv = grader.command;
  const limits = { wallMs: grader.seconds * 1_000 };
  const none = { model: null, service: null, profile: null };
  const chosen = Object.assign(none, { adapter, version: '1', argv, limits });
  const run = gradingRun(state);
  const name = `grade-${randomBytes(4).toString('hex')}-${task}`;
  const { repository } = createdOf(state);
  const prepared =
    state.prepared && (await deps.workspaces.prepared(repository, state.prepared.key));
  const opened = await openWorkspace({ deps, task: name, folded, run, chosen }, prepared);
  if ('refused' in opened) throw new Error(opened.refused);
  if ('cached' in opened) throw new Error('the last step of the task installs packages');
  const { workspace } = opened;
  try {
    await layOver(writableFolder(workspace.workTree), grader.hidden);
    const journal = createJournal({
      run: name,
      adapter: adapter.name,
      version: '1',
      session: () => null,
      clock: deps.clock,
      redact: deps.redact,
      written: () => {},
    });
    const execution = createExecution(
      { deps, folded, run, chosen },
      {
        workspace,
        request: commandRequest(name, argv),
        journal,
        signal,
        paid: () => null,
        decide: null,
        access: null,
      },
    );
    const { end, finished, lastLines } = await execute(execution);
    if (end.by === 'exit' && end.exitCode === 0) return '';
    signal.throwIfAborted();
    if (end.exitCode === NOT_FOUND && isItself(argv, lastLines.trim()))
      throw new Error(`its own program was not found: ${lastLines.trim()}`);
    return [finished.summary, lastPart(lastLines.trim(), MOST_PRINTED)].filter(Boolean).join('\n');
  } finally {
    await workspace.close();
  }
}

/** It stands on the work of the last step, as a further command after it would. */
function gradingRun(state: TaskState): Run {
  const last = state.runs.at(-1);
  if (!last) throw new Error('the task had no run');
  const executor = { kind: 'command' as const, command: 'grade' };
  return {
    ...last,
    id: 'grade',
    step: lastStep(state),
    purpose: 'step',
    checkpoint: null,
    executor,
  };
}
