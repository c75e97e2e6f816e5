/** How OpenCode, and Kilo that descends from it, speak ACP. */

import type { Volatile } from '../../../engine/ports/agent.ts';
import { classify } from '../acp/classify.ts';
import type { AcpCli } from '../acp/cli.ts';
import { splitName } from '../acp/questions.ts';
import { VOLATILE_TEXTS } from '../volatile.ts';

/** Its sessions, messages and parts are named at random. */
export const VOLATILE: Volatile = {
  fields: ['prompt_cache_key', 'user', 'metadata.user_id'],
  texts: [...VOLATILE_TEXTS, /\b(?:ses|msg|prt)_[0-9A-Za-z]{10,40}\b/g],
};

/** ACP's code. */
const AUTH_REQUIRED = -32_000;

/** `mostTries`: as `AcpCli` has it. */
export const opencodeCli = (who: string, mostTries: AcpCli['mostTries']): AcpCli => ({
  who,
  mostTries,
  resumes: 'resume',
  // The first message about a call is titled with the tool, until its input is known.
  toolOf: ({ title, kind }) => title || kind || 'tool',
  // The tools of its own that ask under no kind are switched off.
  mcpOf: ({ title }) => splitName(title ?? ''),
  classify: ({ code, message }) => {
    if (code === AUTH_REQUIRED) return { class: 'auth' };
    const found = classify(message.replace(/^Internal error: /, ''), null);
    // It passes on the provider's words without the status: what fails in others is the provider.
    return found.class === 'protocol' ? { class: 'server' } : found;
  },
  // It tells of its last answer only: what the gateway counted is what counts.
  usageOf: () => null,
  readStderr: failedCall,
  takesServers: true,
  noticeIn: () => null,
  silentFailure: null,
  stopsAtDenials: false,
});

const FAILED = 'message="stream error"';
const BECAUSE = 'error.error="';

/**
 * A call to the model that failed. It tells of that in its log alone, and goes on trying for more than
 * a minute. @foreign
 */
export function failedCall(line: string): string | null {
  const begin = line.indexOf(BECAUSE);
  if (begin < 0 || !line.includes(FAILED)) return null;
  const message = line.slice(begin + BECAUSE.length).replace(/"$/, '');
  return message.replace(/^\w{1,40}: /, '');
}
