/** The adapter that runs a command of the repository, without a model, judged by its exit code. */
import type { AgentEvent } from '../../core/agent-event.ts';
import { type AgentAdapter, NOTHING_VOLATILE } from '../../engine/ports/agent.ts';
import { createExcerpt } from './excerpt.ts';
import { describeEnd, finish } from './finish.ts';

const CALL = 'command';

export function createCommand(): AgentAdapter {
  return {
    name: 'command',
    defaultModel: () => null,
    volatile: NOTHING_VOLATILE,
    home: null,
    capabilities: { resume: false, readOnly: true, structured: false, usage: false },
    probe: async () => ({ ok: true, version: '1' }),

    launch({ argv }) {
      if (argv.length === 0) throw new Error('the command adapter needs an argv');
      return {
        argv,
        env: { CI: 'true', LANG: 'C.UTF-8', TERM: 'dumb', NO_COLOR: '1' },
        homeFiles: {},
        stdin: null,
        masks: [],
        binds: [],
      };
    },

    reader({ argv }) {
      const command = argv.join(' ');
      const output = createExcerpt();
      let started = false;

      const start = (): AgentEvent[] => {
        if (started) return [];
        started = true;
        return [
          { type: 'session.started', model: null },
          {
            type: 'tool.started',
            callId: CALL,
            tool: argv[0] ?? '',
            kind: 'command',
            input: { argv },
            command,
          },
        ];
      };

      return {
        line(_stream, line) {
          output.add(line);
          return start();
        },
        end(end) {
          const ok = end.by === 'exit' && end.exitCode === 0;
          const who = `\`${command}\``;
          const summary = `${who} ${describeEnd(end)}.`;
          return [
            ...start(),
            {
              type: 'tool.finished',
              callId: CALL,
              ok,
              exitCode: end.exitCode,
              output: output.text(),
              ...(!ok && { error: summary }),
            },
            finish(end, { who, ok, summary }),
          ];
        },
        session: () => null,
      };
    },
  };
}
