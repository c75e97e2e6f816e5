/** Codex reports what it denied on stderr only, as records of its log. */
import type { AgentEvent } from '../../../core/agent-event.ts';

type Denied = Extract<AgentEvent, { type: 'tool.denied' }>;

/** The first line of a record; lines without a time belong to the record before. */
const RECORD = /^\d{4}-\d\d-\d\dT\S+Z\s+(?:ERROR|WARN|INFO)\s+(\S+):\s(?:error=)?(.*)$/;

const DENIALS: [Denied['by'], RegExp][] = [
  ['hook', /^(?:Command|Tool call) blocked by PreToolUse hook: (.*?)\. (?:Command|Tool): /],
  ['rule', /Rejected\(\\?"`.*` rejected: (.*?)\\?"\)/],
  ['sandbox', /^patch rejected: (.*?); rejected by user approval settings/],
  ['mode', /^(TTY execution is disabled by config).*/],
];

export function createStderrReader(): (line: string) => AgentEvent[] {
  let inRecord = false;
  return line => {
    const record = RECORD.exec(line);
    if (!record) {
      // A record's further lines quote a patch or an output: only failures among them are kept.
      const idle = inRecord && !line.startsWith('Failed to ');
      return idle || line.trim() === '' ? [] : [{ type: 'warning', message: line }];
    }
    inRecord = true;
    const message = record[2] ?? '';
    for (const [by, pattern] of DENIALS) {
      const reason = pattern.exec(message)?.[1];
      if (reason === undefined) continue;
      const ruleId = /\(rule ([\w.-]+)\)/.exec(reason)?.[1] ?? null;
      return [{ type: 'tool.denied', by, ruleId, reason }];
    }
    return [{ type: 'warning', message }];
  };
}
