/** What a command of the repository is started with outside of a run's own session: nothing but its words. */
import type { AgentRequest } from '../ports/agent.ts';

export const commandRequest = (run: string, argv: string[]): AgentRequest => ({
  run,
  instructions: '',
  prompt: '',
  model: null,
  session: null,
  readOnly: false,
  repositoryConfig: false,
  tools: [],
  servers: [],
  outputSchema: null,
  argv,
});
