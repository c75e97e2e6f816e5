/** How OpenCode, and Kilo that descends from it, speak ACP. */
import { classify } from '../acp/classify.ts';
import type { AcpCli } from '../acp/reader.ts';

export const opencodeCli = (who: string): AcpCli => ({
  who,
  resumes: 'resume',
  // The first message about a call is titled with the tool, until its input is known.
  toolOf: ({ title, kind }) => title || kind || 'tool',
  classify: ({ code, message }) => (code === -32_000 ? { class: 'auth' } : classify(message, null)),
  // It tells of its last answer only: what the gateway counted is what counts.
  usageOf: () => null,
  readStderr: () => null,
});
