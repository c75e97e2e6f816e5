/**
 * The simulated agent: a real process that makes real edits in the sandbox, by a JSON script.
 * Without a script it only reports what it would do. It calls no model and spends nothing.
 */

import { join } from 'node:path';
import { z } from 'zod';
import { AgentEvent } from '../../core/agent-event.ts';
import { firstPart } from '../../core/text/first-part.ts';
import { type AgentAdapter, NOTHING_VOLATILE } from '../../engine/ports/agent.ts';
import { describeEnd, finish } from './finish.ts';
import { parseJsonLine } from './json-line.ts';

const PLAYER = '/opt/gatehouse/play.mjs';
const SCRIPT = '/opt/gatehouse/script.json';

const Done = z.strictObject({
  type: z.literal('done'),
  summary: z.string(),
  structured: z.unknown().optional(),
});
const Line = z.discriminatedUnion('type', [Done, ...AgentEvent.options]);

export function createSimulated(): AgentAdapter {
  return {
    name: 'simulated',
    defaultModel: () => null,
    volatile: NOTHING_VOLATILE,
    home: '.simulated',
    capabilities: { resume: true, readOnly: true, structured: true, usage: false },
    probe: async () => ({ ok: true, version: '1' }),

    launch({ argv: [script], prompt, session }) {
      const player = { from: join(import.meta.dirname, 'play.mjs'), to: PLAYER };
      return {
        argv: [
          ...['node', PLAYER],
          ...(script === undefined ? [] : [SCRIPT]),
          ...(session === null ? [] : ['--resume', session]),
        ],
        env: { LANG: 'C.UTF-8' },
        homeFiles: {},
        stdin: prompt,
        masks: [],
        binds: script === undefined ? [player] : [player, { from: script, to: SCRIPT }],
      };
    },

    reader({ run }) {
      let started = false;
      let done: z.infer<typeof Done> | null = null;
      let fault = '';
      let stderr = '';

      const start = (): AgentEvent[] => {
        if (started) return [];
        started = true;
        return [{ type: 'session.started', model: null }];
      };
      const fail = (problem: string): AgentEvent[] => {
        fault ||= problem;
        return [{ type: 'error', class: 'protocol', message: problem, fatal: true }];
      };
      const read = (line: string): AgentEvent[] => {
        const json = parseJsonLine(line);
        if (!json.ok) return fail(json.problem);
        const event = Line.safeParse(json.value);
        if (!event.success) return fail(`an event of no known shape: ${firstPart(line, 120)}`);
        if (event.data.type === 'done') {
          done = event.data;
          return [];
        }
        // Only the adapter reports how a session begins and ends.
        if (event.data.type.startsWith('session.')) return fail('a session event of the script');
        if (event.data.type === 'error' && event.data.fatal) fault ||= event.data.message;
        return [event.data];
      };

      return {
        line(stream, line) {
          const before = start();
          if (stream === 'stdout') return [...before, ...read(line)];
          stderr = `${stderr}${line}\n`.slice(-2_000);
          return [...before, { type: 'warning', message: line }];
        },
        end(end) {
          const events = start();
          const ok = done !== null && fault === '';
          if (!done && fault === '' && end.by === 'exit' && end.exitCode === 0)
            events.push(...fail('the script ended without saying that it is done'));
          const who = 'The script';
          const summary = done?.summary || fault || stderr.trim() || `${who} ${describeEnd(end)}.`;
          events.push(finish(end, { who, ok, summary, structured: done?.structured }));
          return events;
        },
        // Its session is one state file for each run.
        session: () => run,
      };
    },
  };
}
