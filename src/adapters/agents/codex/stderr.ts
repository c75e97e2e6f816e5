/** Reads Codex's stderr, because only there it reports what it denied by itself, as records of its log. */
import { stripVTControlCharacters } from 'node:util';
import type { AgentEvent } from '../../../core/agent-event.ts';

type Denied = Extract<AgentEvent, { type: 'tool.denied' }>;

/** The first line of a record; lines without a time belong to the record before. */
const RECORD = /^\d{4}-\d\d-\d\dT\S+Z\s+(?:ERROR|WARN|INFO)\s+(\S+):\s(?:error=)?(.*)$/;

const DENIALS: [Denied['by'], (message: string) => string | undefined][] = [
  ['hook', within(/^(?:Command|Tool call) blocked by PreToolUse hook: (.*?)\. (?:Command|Tool): /)],
  ['rule', rejectedByRule],
  ['sandbox', within(/^patch rejected: (.*?); rejected by user approval settings/)],
  ['mode', within(/^(TTY execution is disabled by config)/)],
];

const OURS = /rejected by user(?!\s+approval)/;
const REJECTED = '` rejected: ';

/** @foreign */
export function createStderrReader(): (line: string) => AgentEvent[] {
  let inRecord = false;
  return colored => {
    const line = stripVTControlCharacters(colored);
    const record = RECORD.exec(line);
    if (!record) {
      // A record's further lines quote a patch or an output: only failures among them are kept.
      const idle = inRecord && !line.startsWith('Failed to ');
      return idle || line.trim() === '' ? [] : [{ type: 'warning', message: line }];
    }
    inRecord = true;
    const [, target = '', message = ''] = record;
    // Records about its own configuration and about our denials tell nothing new.
    if (target === 'codex_app_server' || OURS.test(message)) return [];
    for (const [by, reasonIn] of DENIALS) {
      const reason = reasonIn(message);
      if (reason === undefined) continue;
      const ruleId = /\(rule ([\w.-]+)\)/.exec(reason)?.[1] ?? null;
      return [{ type: 'tool.denied', by, ruleId, reason }];
    }
    return [{ type: 'warning', message }];
  };
}

function within(pattern: RegExp): (message: string) => string | undefined {
  return message => pattern.exec(message)?.[1];
}

/** The command stands between backticks and may hold any text, so its last possible end counts. */
function rejectedByRule(message: string): string | undefined {
  const begin = message.search(/Rejected\(\\?"`/);
  const end = message.lastIndexOf(REJECTED);
  if (begin < 0 || end < begin) return undefined;
  const from = end + REJECTED.length;
  const close = message.indexOf('")', from);
  return close < 0 ? undefined : message.slice(from, close).replace(/\\$/, '');
}
