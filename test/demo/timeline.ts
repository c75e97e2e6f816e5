/** What happens, as it happens: the log's events as lines for people. */
import type { StoredEvent } from '../../src/core/event.ts';
import type { EventLog } from '../../src/engine/ports/event-log.ts';

const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code: number, text: string) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
const dim = (text: string) => paint(2, text);
const bold = (text: string) => paint(1, text);

export function chapter(text: string): void {
  process.stdout.write(`\n${bold(text)}\n`);
}

export function note(text: string): void {
  process.stdout.write(`${' '.repeat(9)}${text}\n`);
}

/** Prints a task's events until it is stopped. */
export function follow(log: EventLog, task: string, since: number): { stop(): Promise<void> } {
  let seq = 0;
  let stopped = false;
  const read = async () => {
    for await (const event of log.read({ kind: 'task', id: task }, seq)) {
      seq = event.seq;
      const line = describe(event);
      if (!line) continue;
      const seconds = ((Date.parse(event.at) - since) / 1000).toFixed(1).padStart(6);
      process.stdout.write(`${dim(`${seconds} s`)} ${line}\n`);
    }
  };
  const done = (async () => {
    while (!stopped) {
      await read();
      await new Promise(resolve => setTimeout(resolve, 200));
    }
    await read();
  })();
  return {
    stop: () => {
      stopped = true;
      return done;
    },
  };
}

type Data = Record<string, never> & {
  decision: { action: string; outcome: string; reasons: string[] };
  by: { login: string }[] & { login: string };
};

/** `null`: nothing that the timeline is about. */
function describe({ type, data }: StoredEvent): string | null {
  const d = data as Data;
  switch (type) {
    case 'task.created':
      return `${bold('task')}     created: ${String(d.command)}, asked for by ${(d as never as { requester: { login: string } }).requester.login}`;
    case 'policy.decided': {
      const { action, outcome, reasons } = d.decision;
      if (action === 'run.start' && outcome === 'allow') return null;
      const mark = outcome === 'allow' ? paint(32, outcome) : paint(33, outcome);
      return `${bold('policy')}   ${action}: ${mark}${reasons[0] ? dim(` — ${reasons[0]}`) : ''}`;
    }
    case 'run.started':
      return `${bold('run')}      ${String(d.run)} started`;
    case 'run.finished': {
      const outcome = String(d.outcome);
      const mark =
        outcome === 'success' ? paint(32, '✓') : paint(outcome === 'failure' ? 31 : 33, '✗');
      return `${bold('run')}      ${mark} ${String(d.run)} ${dim(String(d.reason).split('\n')[0]?.slice(0, 100) ?? '')}`;
    }
    case 'branch.pushed':
      return `${bold('push')}     ${String(d.sha).slice(0, 7)} to ${String(d.branch)}`;
    case 'pull.opened':
      return `${bold('pull')}     #${String(d.number)} opened as a draft`;
    case 'pull.readied':
      return `${bold('pull')}     ready for review`;
    case 'approval.requested':
      return `${bold('approval')} ${paint(33, 'asked for')}: ${(d as never as { approvers: string[] }).approvers.join(', ')}`;
    case 'approval.refused':
      return `${bold('approval')} ${paint(31, 'refused')}: ${d.by.login}, rule ${String(d.rule)} — ${String(d.reason)}`;
    case 'approval.granted':
      return `${bold('approval')} ${paint(32, 'granted')} by ${d.by.map(person => person.login).join(', ')}`;
    case 'approval.voided':
      return `${bold('approval')} ${paint(33, 'void')}: ${String(d.reason)}`;
    case 'rework.requested':
      return `${bold('rework')}   asked for: ${String(d.instructions)}`;
    case 'round.opened':
      return `${bold('round')}    ${String(d.round)} begins`;
    case 'rework.declined':
      return `${bold('rework')}   declined: ${String(d.reason)}`;
    case 'merge.blocked':
      return `${bold('merge')}    waits for GitHub: ${String(d.reason)}`;
    case 'pull.merged':
      return `${bold('merge')}    ${paint(32, 'merged')} as ${String(d.commit).slice(0, 7)}`;
    case 'task.finished':
      return `${bold('task')}     ${String(d.outcome)} ${dim(String(d.reason))}`;
    case 'effect.failed':
      return `${bold('effect')}   ${String(d.key)} failed: ${String(d.message)}`;
    default:
      return null;
  }
}
