/** The adapter of the small agent: it is read as the simulated one is, and calls a model. */
import { join } from 'node:path';
import { createSimulated } from '../../../src/adapters/agents/simulated.ts';
import { VOLATILE_TEXTS } from '../../../src/adapters/agents/volatile.ts';
import type { AgentAdapter } from '../../../src/engine/ports/agent.ts';

export const smallAgent = (over: Partial<AgentAdapter> = {}): AgentAdapter => ({
  ...createSimulated(),
  name: 'small',
  defaultModel: () => 'small',
  volatile: { fields: ['metadata.turn_id'], texts: VOLATILE_TEXTS },
  home: '.small',
  probe: async () => ({ ok: true, version: '2.0.0' }),
  launch: ({ prompt, session }) => ({
    argv: ['node', '/opt/small/agent.mjs', ...(session === null ? [] : ['--resume'])],
    env: {},
    homeFiles: {},
    stdin: prompt,
    masks: [],
    binds: [{ from: join(import.meta.dirname, 'small-agent.mjs'), to: '/opt/small/agent.mjs' }],
  }),
  ...over,
});
