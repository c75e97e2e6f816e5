/** An invented agent CLI: `parrot --json`, the prompt on stdin, one JSON object a line. */
import { z } from 'zod';
import { describeEnd, finish } from '../../../src/adapters/agents/finish.ts';
import type { CliAgent } from '../../../src/adapters/agents/install.ts';
import { parseJsonLine } from '../../../src/adapters/agents/json-line.ts';
import type { AgentEvent } from '../../../src/core/agent-event.ts';
import type { AgentAdapter, AgentReader } from '../../../src/engine/ports/agent.ts';
import { GATEWAY_ORIGIN } from '../../../src/engine/ports/sandbox.ts';

const Line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), session: z.string() }),
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('bye'), tokens: z.int() }),
]);

export const parrot: CliAgent = {
  cli: {
    name: 'parrot-cli',
    version: '1.0.0',
    oldest: '1.0.0',
    folder: 'parrot',
    program: 'node_modules/parrot-cli/bin/parrot',
    megabytes: 1,
  },
  create: installed => createParrot({ installation: `${installed}/node_modules/parrot-cli` }),
};

function createParrot({ installation }: { installation: string }): AgentAdapter {
  return {
    name: 'parrot',
    defaultModel: () => 'parrot-1',
    volatile: { fields: [], texts: [] },
    home: '.parrot/sessions',
    capabilities: { resume: true, readOnly: false, structured: false, usage: true },
    probe: async () => ({ ok: true, version: '1.0.0' }),
    launch: ({ prompt, session }) => ({
      argv: [
        '/opt/parrot/bin/parrot',
        '--json',
        ...(session === null ? [] : ['--resume', session]),
      ],
      env: { PARROT_API: GATEWAY_ORIGIN },
      homeFiles: {},
      stdin: prompt,
      masks: ['.parrot/'],
      binds: [{ from: installation, to: '/opt/parrot' }],
    }),
    reader: createReader,
  };
}

function createReader(): AgentReader {
  let session: string | null = null;
  let text = '';
  let done = false;
  let fault: string | null = null;

  const misread = (message: string): AgentEvent[] => {
    fault ??= message;
    return [{ type: 'error', class: 'protocol', message, fatal: true }];
  };
  const read = (line: z.infer<typeof Line>): AgentEvent[] => {
    switch (line.type) {
      case 'hello':
        // A session begins once, however often the CLI says so.
        if (session !== null) return [];
        session = line.session;
        return [{ type: 'session.started', model: null }];
      case 'text':
        text = line.text;
        return [{ type: 'message', role: 'assistant', text }];
      case 'bye': {
        done = true;
        const usage = { input: 0, cached: 0, cacheWrite: 0, output: line.tokens, reasoning: 0 };
        return [{ type: 'usage', usage, scope: 'run' }];
      }
    }
  };
  return {
    line(stream, raw) {
      if (stream === 'stderr') return [{ type: 'warning', message: raw }];
      const json = parseJsonLine(raw);
      const line = Line.safeParse(json.ok ? json.value : null);
      const problem = json.ok ? `an event of no known shape: ${raw.slice(0, 120)}` : json.problem;
      return line.success ? read(line.data) : misread(problem);
    },
    end(end) {
      const ok = done && fault === null;
      const events =
        !done && fault === null && end.by === 'exit' && end.exitCode === 0
          ? misread('parrot ended without saying goodbye')
          : [];
      const summary = fault ?? (text || `Parrot ${describeEnd(end)}.`);
      return [...events, finish(end, { who: 'Parrot', ok, summary })];
    },
    session: () => session,
  };
}
