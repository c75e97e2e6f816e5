/** A line of a journal in words, the same in a terminal and on a page. Whatever comes from outside is made plain. */
import { z } from 'zod';
import { type AgentEvent, JournalLine, type Usage } from './agent-event.ts';
import { plain, STEERING, visible } from './text/plain-text.ts';
import { colouredParts, shownLine } from './text/terminal-text.ts';

/** Of what a tool printed, and of each line. The journal and `--raw` have all of it. */
const OUTPUT_LINES = 20;
const WIDTH = 500;
/** Of each value that a tool is called with, such as the text that it writes. */
const VALUE_WIDTH = 120;

/** What stands for a journal that is not kept any more; see `engine/queries/run-lines.ts`. */
const ExpiredLine = z.strictObject({ expired: z.iso.datetime() });

/**
 * `type`: of the agent's event; `expired` and `unknown` stand for lines that tell none. `coloured`: the
 * same words with the sequences that colour them; null where nothing does.
 */
type JournalWords = {
  at: string | null;
  type: string;
  words: string[];
  coloured: string[] | null;
};

/** How a sequence begins that may give colours, as it stands in a journal. */
const COLOURS = '\\u001b[';

/** No words where there is nothing that people would look for. @foreign */
export function journalWords(line: string): JournalWords {
  const value = parsed(line);
  const expired = ExpiredLine.safeParse(value);
  if (expired.success) {
    const words = [`The journal expired on ${expired.data.expired.slice(0, 10)}.`];
    return { at: null, type: 'expired', words, coloured: null };
  }
  const read = JournalLine.safeParse(value);
  // A later version of Gatehouse may have written it.
  if (!read.success)
    return { at: null, type: 'unknown', words: [plain(line, WIDTH)], coloured: null };
  const { ts, event, adapter, version } = read.data;
  const agent = `${adapter} ${version}`;
  const words = wordsOf(event, agent, inTerminal);
  const coloured = line.includes(COLOURS) ? wordsOf(event, agent, inColours) : words;
  const has = coloured.some(text => text.includes('\x1b['));
  return { at: ts, type: event.type, words, coloured: has ? coloured : null };
}

/** The same as lines of a terminal, each with the time or below it. @foreign */
export function describeLine(line: string): string[] {
  const { at, words } = journalWords(line);
  const [first, ...rest] = words;
  if (first === undefined) return [];
  return [
    `${(at ?? '').slice(11, 19).padEnd(8)}  ${first}`,
    ...rest.map(each => `          ${each}`),
  ];
}

/** `shown`: how a line of what was printed or said is shown. */
function wordsOf(event: AgentEvent, agent: string, shown: (line: string) => string): string[] {
  switch (event.type) {
    case 'session.started':
      return [`begins: ${plain(agent)}${event.model ? `, model ${plain(event.model)}` : ''}`];
    case 'message':
      return textOf(event.text, shown);
    case 'reasoning':
      return [`thinks: ${firstOf(event.text)}`];
    case 'tool.started':
      return [event.command === undefined ? callOf(event) : `$ ${firstOf(event.command)}`];
    case 'tool.finished':
      return [endOf(event), ...lastOf(event.output, shown)];
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

function callOf({ tool, paths, input }: EventOf<'tool.started'>): string {
  const about = paths?.length ? paths.join(', ') : inputInWords(input);
  return `${plain(tool)}${about === '' ? '' : `: ${plain(about, WIDTH)}`}`;
}

/** One value says by itself what it is about, such as the file that is read; of several each has its name. */
function inputInWords(input: unknown): string {
  if (typeof input !== 'object' || input === null) return valueInWords(input ?? '');
  const fields = Object.entries(input);
  if (fields.length === 1) return fields.map(([, value]) => valueInWords(value)).join();
  return fields.map(([name, value]) => `${name} ${valueInWords(value)}`).join(', ');
}

const valueInWords = (value: unknown): string =>
  plain(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), VALUE_WIDTH);

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

const textOf = (text: string, shown: (line: string) => string): string[] =>
  text.trim().split('\n').map(shown);

function lastOf(output: string, shown: (line: string) => string): string[] {
  if (output.trim() === '') return [];
  const lines = output.trimEnd().split('\n');
  const left = lines.length - OUTPUT_LINES;
  const note = left > 0 ? [`| … ${left} lines before`] : [];
  return [...note, ...lines.slice(-OUTPUT_LINES).map(line => `| ${shown(line)}`)];
}

const inTerminal = (line: string): string =>
  visible(shownLine(line).replaceAll('\t', '    ')).slice(0, WIDTH);

/** As long as without the sequences. */
function inColours(line: string): string {
  let left = WIDTH;
  return colouredParts(line)
    .map((part, at) => {
      if (at % 2 === 1) return part;
      const text = part.replaceAll('\t', '    ').replaceAll(STEERING, ' ').slice(0, left);
      left -= text.length;
      return text;
    })
    .join('');
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
