/** Between an agent's reader and its process, which starts after the reader is made. */
import { type ActAnswer, denied } from '../../../core/act.ts';
import type { AgentEvent } from '../../../core/agent-event.ts';
import type { AgentChannel } from '../../ports/agent.ts';
import type { Decide } from '../../ports/gateway.ts';
import type { SandboxProcess } from '../../ports/sandbox.ts';

/** How long a process may take to end once its conversation is over. */
const MOST_MS_TO_END = 5_000;

export type Channel = {
  /** What the reader gets. */
  forReader: AgentChannel;
  /** Aborted where the process goes on after its conversation is over. */
  overdue: AbortSignal;
  connect(process: SandboxProcess, report: (events: AgentEvent[]) => void): void;
  /** The process has ended: what the reader says from now on goes nowhere. */
  disconnect(): void;
};

/** `decide`: answers what the agent asks; `null`: it may ask nothing. */
export function createChannel(decide: Decide | null): Channel {
  const overdue = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  let process: SandboxProcess | null = null;
  let report: (events: AgentEvent[]) => void = () => {};
  const nothingDecided = async (): Promise<ActAnswer> =>
    denied('Nothing is decided for this run: it runs one command.');
  return {
    forReader: {
      write: text => process?.write(text),
      close() {
        if (process === null || timer !== null) return;
        process.closeInput();
        timer = setTimeout(() => overdue.abort(), MOST_MS_TO_END);
      },
      decide: decide ?? nothingDecided,
      report: events => report(events),
    },
    overdue: overdue.signal,
    connect(to, reportTo) {
      process = to;
      report = reportTo;
    },
    disconnect() {
      if (timer !== null) clearTimeout(timer);
      process = null;
      report = () => {};
    },
  };
}
