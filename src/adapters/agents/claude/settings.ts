/** Claude Code's settings, and which of its tools a role has. */
import type { AgentRequest } from '../../../engine/ports/agent.ts';

/**
 * Without the rule `*`, it runs what it takes for harmless (`ls`, `git status`, reading files) unasked.
 * It wants a credential before it calls anybody, so it gets a text that is none: the gateway replaces it.
 */
export const SETTINGS = JSON.stringify({
  permissions: { ask: ['*'] },
  apiKeyHelper: 'echo the-gateway-adds-it',
  attribution: { commit: '', pr: '' },
  // It would put the messages of commits, which anybody may have written, before the prompt.
  includeGitInstructions: false,
});

const TOOLS: Record<AgentRequest['tools'][number], readonly string[]> = {
  read: ['Read', 'Grep', 'Glob'],
  edit: ['Edit', 'Write', 'NotebookEdit'],
  shell: ['Bash'],
};

export function toolsOf({ tools, readOnly }: Pick<AgentRequest, 'tools' | 'readOnly'>): string[] {
  return tools.filter(tool => tool !== 'edit' || !readOnly).flatMap(tool => TOOLS[tool]);
}
