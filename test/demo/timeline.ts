/** What happens, as it happens: the log's events as lines for people. */
import { setTimeout as sleep } from 'node:timers/promises';
import { whoApproves } from '../../src/core/approvals/who-approves.ts';
import { requesterName } from '../../src/core/origin.ts';
import { TaskEvent } from '../../src/core/task/events/events.ts';
import { nameOf } from '../../src/core/task/views/view.ts';
import type { EventLog, TaskIndex } from '../../src/engine/ports/event-log.ts';
import { bold, dim, green, print, red, showPassing, yellow } from './terminal.ts';

/** Prints what has happened so far; nothing where no task is followed. */
let catchUp: () => Promise<void> = async () => {};

/** What happened before stands above the heading. */
export async function chapter(text: string): Promise<void> {
  await catchUp();
  print('', '');
  print('', bold(text));
}

const NOTE = ' '.repeat(9);
export function note(text: string): void {
  for (const line of text.split('\n')) print(NOTE, line);
}

const POLL_MS = 200;

/** Prints a task's events until it is stopped; times count from `since`. */
export const follow = (log: EventLog, task: string, since: number): { stop(): Promise<void> } =>
  repeat(reader(log, task, { since, name: '' }));

/** Prints the events of all tasks, each with its title once there are several. */
export function followAll(
  { log, tasks }: { log: EventLog; tasks: TaskIndex },
  since: number,
): { stop(): Promise<void> } {
  const readers = new Map<string, () => Promise<void>>();
  return repeat(async () => {
    // The newest come first; more than these are no walk that somebody could watch.
    const rows = (await tasks.list({ limit: 100 })).reverse();
    for (const { id, title } of rows) {
      const name = readers.size > 0 ? `${title.slice(0, 30)}: ` : '';
      if (!readers.has(id)) readers.set(id, reader(log, id, { since, name }));
    }
    for (const read of readers.values()) await read();
  });
}

/** Prints, each time it is called, what has happened to the task meanwhile. */
function reader(log: EventLog, task: string, { since, name }: { since: number; name: string }) {
  const agents = new Map<string, string>();
  /** What is at work, and since when. */
  const running = new Map<string, number>();
  let seq = 0;
  return async () => {
    for await (const { type, v, data, ...stored } of log.read({ kind: 'task', id: task }, seq)) {
      seq = stored.seq;
      const event = TaskEvent.parse({ type, v, data });
      const at = Date.parse(stored.at);
      if (event.type === 'run.started') running.set(event.data.run, at);
      if (event.type === 'run.finished') running.delete(event.data.run);
      const said = describe(event, agents);
      if (said === null) continue;
      const seconds = ((at - since) / 1000).toFixed(1).padStart(6);
      const [what, text] = said;
      print(`${dim(`${seconds} s`)} ${bold(what.padEnd(8))} `, `${dim(name)}${text}`);
    }
    const [[run, began] = []] = running;
    if (run === undefined || began === undefined) return;
    const seconds = Math.round((Date.now() - began) / 1000);
    showPassing(`${NOTE}${name}${agents.get(run)} has been going on for ${seconds} s …`);
  };
}

/** Reads again and again until it is stopped. */
function repeat(read: () => Promise<void>): { stop(): Promise<void> } {
  let stopped = false;
  // One look at a time: the next begins where the one before has ended.
  let last: Promise<void> = Promise.resolve();
  const look = () => {
    last = last.then(read);
    return last;
  };
  catchUp = look;
  const done = (async () => {
    while (!stopped) {
      await look();
      await sleep(POLL_MS);
    }
    await look();
  })();
  // Where the walk fails nobody waits for it: the log it can't read then must not hide why.
  done.catch(() => {});
  return {
    stop: () => {
      stopped = true;
      catchUp = async () => {};
      return done;
    },
  };
}

/** How a run ended. */
export const MARK = { success: green('✓'), failure: red('✗'), canceled: yellow('–') };
/** Why or what, behind the fact. */
const firstLine = (text: string) => {
  const line = text.split('\n')[0] ?? '';
  return line && dim(`— ${line.length > 300 ? `${line.slice(0, 300)}…` : line}`);
};
const short = (sha: string) => sha.slice(0, 7);
const logins = (people: { login: string }[]) => people.map(person => person.login).join(', ');

/** What it is about, and what happened; `null`: nothing that the timeline shows. */
function describe({ type, data }: TaskEvent, agents: Map<string, string>): [string, string] | null {
  switch (type) {
    case 'task.created': {
      const taint = data.taint.map(
        ({ source, by }) => `; tainted by ${source}${by ? `, which is ${by.login}'s` : ''}`,
      );
      return [
        'task',
        `${data.command}, asked for by ${requesterName(data.requester)}${yellow(taint.join(''))}`,
      ];
    }
    case 'policy.decided': {
      const { action, outcome, reasons } = data.decision;
      // Every run is admitted first: said twenty times, it says nothing.
      if (action === 'run.start' && outcome === 'allow') return null;
      const answer = outcome === 'allow' ? green(outcome) : yellow(outcome);
      return ['policy', `${action}: ${answer} ${firstLine(reasons[0] ?? '')}`];
    }
    case 'run.queued': {
      // Who works is worth saying where the step does not say it.
      const by = data.executor.kind === 'agent' ? ` by ${nameOf(data.executor)}` : '';
      agents.set(data.run, data.step === nameOf(data.executor) ? data.run : `${data.run}${by}`);
      return null;
    }
    case 'run.started':
      return ['run', `${agents.get(data.run)} ${dim('started')}`];
    case 'run.finished':
      return ['run', `${MARK[data.outcome]} ${agents.get(data.run)} ${firstLine(data.reason)}`];
    case 'branch.pushed':
      return ['push', `${short(data.sha)} to ${data.branch}`];
    case 'pull.opened':
      return ['pull', `#${data.number} opened as a draft`];
    case 'pull.readied':
      return ['pull', 'ready for review'];
    case 'approval.requested':
      // Nobody is asked where what was said of this content before still counts.
      return data.approvers.length === 0
        ? null
        : ['approval', `${yellow('asked for')}: by ${whoApproves(data)}`];
    case 'approval.refused':
      return ['approval', `${red('refused')}: ${data.by.login}'s ${firstLine(data.reason)}`];
    case 'approval.granted':
      return ['approval', `${green('granted')} by ${logins(data.by)}`];
    case 'approval.denied':
      return ['approval', `${red('denied')} ${firstLine(data.reason)}`];
    case 'run.waiting_approval':
      return data.checkpoint
        ? ['run', `${agents.get(data.run)} ${yellow('stopped')}: it waits for a person`]
        : null;
    case 'run.resumed':
      return data.worker ? ['run', `${agents.get(data.run)} ${dim('goes on')}`] : null;
    case 'approval.voided':
      return ['approval', `${yellow('void')} ${firstLine(data.reason)}`];
    case 'rework.requested':
      return ['rework', data.instructions];
    case 'rework.declined':
      return ['rework', `${red('declined')} ${firstLine(data.reason)}`];
    case 'round.opened':
      return ['round', `${data.round} begins`];
    case 'merge.blocked':
      return ['merge', `waits for GitHub ${firstLine(data.reason)}`];
    case 'pull.merged':
      return ['merge', `${green('merged')} as ${short(data.commit)}`];
    case 'task.finished':
      return ['task', `${data.outcome} ${firstLine(data.reason)}`];
    case 'effect.failed':
      return [
        'effect',
        `${data.key} ${data.retryAt === null ? red('failed') : 'is tried again'} ${firstLine(data.message)}`,
      ];
    default:
      return null;
  }
}
