/** A line of a journal in words for a terminal. Whatever comes from outside is made plain. */
import { z } from 'zod';
import { type AgentEvent, JournalLine, type Usage } from '../core/agent-event.ts';
import { shownLine } from '../core/terminal-text.ts';
import { expiredOn } from '../engine/ports/artifacts.ts';
import { plain, visible } from './output.ts';

/** Of what a tool printed, and of each line. The journal and `--raw` have all of it. */
const OUTPUT_LINES = 20;
const WIDTH = 500;

/** What stands for a journal that is not kept any more; see `engine/run-lines.ts`. */
const ExpiredLine = z.strictObject({ expired: z.iso.datetime() });

/** None where there is nothing that people would look for. */
export function describeLine(line: string): string[] {
  const expired = ExpiredLine.safeParse(parsed(line));
  if (expired.success)
    return [`          The journal ${expiredOn(new Date(expired.data.expired))}.`];
  const read = JournalLine.safeParse(parsed(line));
  // A later version of Gatehouse may have written it.
  if (!read.success) return [`          ${plain(line, WIDTH)}`];
  const { ts, event, adapter, version } = read.data;
  const [first, ...rest] = wordsOf(event, `${adapter} ${version}`);
  if (first === undefined) return [];
  return [`${ts.slice(11, 19)}  ${first}`, ...rest.map(each => `          ${each}`)];
}

function wordsOf(event: AgentEvent, agent: string): string[] {
  switch (event.type) {
    case 'session.started':
      return [`begins: ${plain(agent)}${event.model ? `, model ${plain(event.model)}` : ''}`];
    case 'message':
      return textOf(event.text);
    case 'reasoning':
      return [`thinks: ${firstOf(event.text)}`];
    case 'tool.started':
      return [event.command === undefined ? callOf(event) : `$ ${firstOf(event.command)}`];
    case 'tool.finished':
      return [endOf(event), ...lastOf(event.output)];
    case 'tool.allowed':
      return [`allowed:${whatOf(event)}`];
    case 'tool.denied':
      return [`denied${whatOf(event)}: ${plain(event.reason, WIDTH)}`];
    case 'tool.waiting':
      return [`waits for a person${whatOf(event)}: ${plain(event.reason, WIDTH)}`];
    case 'usage':
      return [`${tokensOf(event.usage)}`];
    case 'cost':
      return [`$${event.usd.toFixed(4)} (${event.basis})`];
    case 'error':
      return [`error (${event.class}): ${firstOf(event.message)}`];
    case 'warning':
      return [`warning: ${firstOf(event.message)}`];
    case 'session.finished':
      return [`ends: ${event.status}${event.summary ? `. ${firstOf(event.summary)}` : ''}`];
  }
}

type EventOf<T extends AgentEvent['type']> = Extract<AgentEvent, { type: T }>;

const callOf = ({ tool, paths }: EventOf<'tool.started'>): string =>
  `${plain(tool)}${paths?.length ? `: ${plain(paths.join(', '), WIDTH)}` : ''}`;

function endOf({ ok, exitCode, error }: EventOf<'tool.finished'>): string {
  const end = exitCode === null ? (ok ? 'done' : 'failed') : `exit ${exitCode}`;
  return error === undefined ? end : `${end}: ${firstOf(error)}`;
}

const whatOf = ({ action, resource }: { action?: string; resource?: string }): string =>
  action === undefined ? '' : ` ${plain(action)} ${plain(resource ?? '', WIDTH)}`;

function tokensOf({ input, cached, cacheWrite, output, reasoning }: Usage): string {
  const read = (input + cached + cacheWrite).toLocaleString('en-US');
  return `tokens: ${read} in, ${(output + reasoning).toLocaleString('en-US')} out`;
}

const firstOf = (text: string): string => plain(text, WIDTH);

const textOf = (text: string): string[] => text.trim().split('\n').map(inTerminal);

function lastOf(output: string): string[] {
  if (output.trim() === '') return [];
  const lines = output.trimEnd().split('\n');
  const left = lines.length - OUTPUT_LINES;
  const note = left > 0 ? [`| … ${left} lines before`] : [];
  return [...note, ...lines.slice(-OUTPUT_LINES).map(line => `| ${inTerminal(line)}`)];
}

const inTerminal = (line: string): string =>
  visible(shownLine(line).replaceAll('\t', '    ')).slice(0, WIDTH);

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
