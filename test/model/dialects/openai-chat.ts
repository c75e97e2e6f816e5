/** OpenAI's chat API, which many providers speak. */
import { piecesOf, TURN_USAGE } from '../answer.ts';
import {
  type Answering,
  argumentsOf,
  type Body,
  type Dialect,
  listAt,
  objectAt,
  saidIn,
  since,
  textAt,
} from '../dialect.ts';

export const openaiChat: Dialect = {
  read(path, body) {
    if (!path.pathname.endsWith('/chat/completions')) return null;
    const messages = listAt(body, 'messages');
    const isPrompt = ({ role }: Body) => role === 'user';
    return {
      model: textAt(body, 'model'),
      streamed: body.stream === true,
      prompts: messages.filter(isPrompt).map(message => saidIn(message)),
      turn: since(messages, isPrompt).filter(({ role }) => role === 'tool').length,
      tools: listAt(body, 'tools').map(tool => ({
        name: textAt(objectAt(tool, 'function'), 'name'),
      })),
    };
  },

  stream(answering) {
    const chunk = (delta: Body, finish: string | null = null) => ({
      ...headOf(answering, 'chat.completion.chunk'),
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
    const call = callOf(answering);
    return [
      chunk({ role: 'assistant', content: '' }),
      ...piecesOf(saidBy(answering)).map(content => chunk({ content })),
      ...(call ? [chunk({ tool_calls: [{ index: 0, ...call }] })] : []),
      chunk({}, finishOf(answering)),
      { ...headOf(answering, 'chat.completion.chunk'), choices: [], usage: usageOf(answering) },
      '[DONE]',
    ].map(data => ({ data }));
  },

  whole(answering) {
    const call = callOf(answering);
    const message = {
      role: 'assistant',
      content: saidBy(answering) || null,
      ...(call && { tool_calls: [call] }),
    };
    return {
      ...headOf(answering, 'chat.completion'),
      choices: [{ index: 0, message, finish_reason: finishOf(answering) }],
      usage: usageOf(answering),
    };
  },

  error: (_status, message) => ({ error: { message, type: 'scripted', code: null, param: null } }),
};

const usageOf = ({ answer: { outputTokens } }: Answering) => ({
  prompt_tokens: TURN_USAGE.input,
  completion_tokens: outputTokens,
  total_tokens: TURN_USAGE.input + outputTokens,
  prompt_tokens_details: { cached_tokens: TURN_USAGE.cached },
  completion_tokens_details: { reasoning_tokens: TURN_USAGE.reasoning },
});

const headOf = ({ id, model }: Answering, object: string) => ({
  id: `chatcmpl-${id}`,
  object,
  created: 1_700_000_000,
  model,
});

const saidBy = ({ answer }: Answering): string => answer.texts.join('\n\n');

const finishOf = ({ answer }: Answering): string => (answer.call ? 'tool_calls' : 'stop');

const callOf = ({ answer: { call }, id }: Answering) =>
  call && {
    id: `call_${id}`,
    type: 'function',
    function: { name: call.name, arguments: argumentsOf(call) },
  };
