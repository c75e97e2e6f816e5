/** What an agent has done until now, while it works: all of it is its own account, and shown as such. */
import type { RunView, TaskView } from '../../../core/view.ts';
import { moneyOf, sentence, tokenText } from './formats.ts';
import { inert, inertCode } from './inert.ts';

type AgentProgress = TaskView['progress'][number];

/** Of each text, in characters. */
const SAID = 300;
const COMMAND = 120;
const PATH = 100;
const WHY = 200;

export const progressParts = (view: TaskView): string[] =>
  view.progress.map(progress => {
    const lines = [
      whoLine(view, progress),
      ...said(progress),
      ...commands(progress),
      ...files(progress),
    ];
    return lines.join('\n');
  });

function whoLine(view: TaskView, progress: AgentProgress): string {
  const { run: id, adapter, version, model, usage, spend } = progress;
  const run = view.runs.find(other => other.run === id);
  const by = inertCode(`${adapter} ${version}`, 60);
  const using = model === null ? '' : `, model ${inertCode(model, 60)}`;
  const tokens = tokenText([usage]);
  const used = [tokens ?? [], spend ? moneyOf([spend]) : []].flat();
  const spent = used.length === 0 ? '' : `; ${used.join(', ')} so far`;
  const what = `${inertCode(run?.agent ?? id, 40)} is at work by ${by}${using}${spent}.`;
  return `${what}${run ? whyAgain(view, run) : ''}`;
}

/** Why it is not the first attempt. */
function whyAgain({ runs }: TaskView, { step, round, attempt }: RunView): string {
  const before = runs.findLast(
    other => other.step === step && other.round === round && other.attempt < attempt,
  );
  if (!before) return '';
  const why = before.detail ? `: ${sentence(before.detail, WHY)}` : '.';
  return ` It is attempt ${attempt}, because attempt ${before.attempt} failed${why}`;
}

const said = ({ message }: AgentProgress): string[] =>
  message === '' ? [] : [`- It says: ${inert(message, SAID)}`];

const STATE = { running: 'is running', done: 'done', failed: 'failed', denied: 'denied' } as const;

function commands({ commands, commandsBefore }: AgentProgress): string[] {
  const before = commandsBefore === 0 ? [] : [`- ${commandsBefore} commands before these`];
  const lines = commands.map(({ command, exitCode, state }) => {
    const end = exitCode === null ? STATE[state] : `exit ${exitCode}`;
    return `- ${inertCode(command, COMMAND)}: ${end}`;
  });
  return [...before, ...lines];
}

function files({ files, otherFiles }: AgentProgress): string[] {
  if (files.length === 0) return [];
  const more = otherFiles ? ' and others' : '';
  return [`- It changed ${files.map(path => inertCode(path, PATH)).join(', ')}${more}`];
}
