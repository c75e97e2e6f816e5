/** How OpenCode, and Kilo that descends from it, speak ACP. */

import type { Volatile } from '../../../engine/ports/agent.ts';
import { classify } from '../acp/classify.ts';
import type { AcpCli } from '../acp/reader.ts';
import { VOLATILE_TEXTS } from '../volatile.ts';

/** Its sessions, messages and parts are named at random. */
export const VOLATILE: Volatile = {
  fields: ['prompt_cache_key', 'user', 'metadata.user_id'],
  texts: [...VOLATILE_TEXTS, /\b(?:ses|msg|prt)_[0-9A-Za-z]{10,40}\b/g],
};

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
