/** The messages API as Anthropic answers it to the owner of a Claude subscription, who uses Claude Code. */
import { allow, text } from './allow.ts';
import { anthropic } from './anthropic.ts';
import { anthropicRequest } from './anthropic-request.ts';
import { bearer, type Dialect } from './dialect.ts';

/** Without it, the API refuses a token; Claude Code sends it itself where it holds the token. */
const BETA = 'oauth-2025-04-20';

export const claudePlan: Dialect = {
  ...anthropic,
  // A plan has no price that a longer cache could raise.
  request: anthropicRequest(allow({ type: text, ttl: text })),
  credential: (token, { 'anthropic-beta': asked }) => ({
    ...bearer(token),
    'anthropic-beta': asked ? `${asked},${BETA}` : BETA,
  }),
};
