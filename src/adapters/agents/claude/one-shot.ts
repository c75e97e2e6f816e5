/** What `claude --output-format stream-json` printed elsewhere: the same lines, and nobody answers them. */
import type { AgentReader } from '../../../engine/ports/agent.ts';
import { createClaudeReader } from './reader.ts';

export const createClaudeOneShot = (): AgentReader =>
  createClaudeReader(
    { tools: ['read', 'edit', 'shell'], servers: [] },
    { write() {}, close() {}, report() {}, decide: () => new Promise(() => {}) },
  );
