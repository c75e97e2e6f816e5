/** The responses API as ChatGPT answers it to the owner of a plan, whom Codex is signed in for. */
import { valueAt } from '../json-values.ts';
import { bearer, type Dialect } from './dialect.ts';
import { openaiResponses } from './openai-responses.ts';

const PATH = '/backend-api/codex';

export const chatgpt: Dialect = {
  ...openaiResponses,
  endpoint: (method, path) => {
    if (method === 'POST' && path === `${PATH}/responses`) return 'metered';
    return method === 'GET' && path === `${PATH}/models` ? 'free' : null;
  },
  credential: token => ({ ...bearer(token), ...accountOf(token) }),
  output: () => 0,
  takesBound: false,
  prepare: ({ max_output_tokens: _, background: _none, ...body }) => ({ ...body, store: false }),
  background: () => null,
  smallest: model => ({
    path: `${PATH}/responses`,
    headers: {},
    body: {
      model,
      instructions: 'Answer in one word.',
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }],
      store: false,
      stream: true,
    },
  }),
};

/** The account is among the claims of the token; without one, the provider refuses the token itself. */
function accountOf(token: string): Record<string, string> {
  try {
    const claims: unknown = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
    );
    const id = valueAt(claims, 'https://api.openai.com/auth', 'chatgpt_account_id');
    return typeof id === 'string' && /^[\w-]+$/.test(id) ? { 'chatgpt-account-id': id } : {};
  } catch {
    return {};
  }
}
