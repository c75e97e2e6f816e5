/** What went wrong between an agent and its model, as people are told it. */
import type { ErrorClass } from './agent-event.ts';

export const ERROR_WORDS: Readonly<Record<ErrorClass, string>> = {
  auth: 'Its provider refused the credential',
  rate_limit: 'Its provider limits it',
  quota: 'What may be spent at its provider is used up',
  model_not_found: 'Its provider does not have the model',
  context_overflow: 'The conversation is too long for the model',
  transport: 'Its provider did not answer to the end',
  server: 'Its provider failed',
  policy: 'Policy denied it',
  protocol: 'The agent did not work as it should',
  session_unknown: 'The session is not known any more',
};
