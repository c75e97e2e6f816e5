/** Anthropic's messages API. */
import { type Answer, piecesOf, TURN_USAGE } from '../answer.ts';
import {
  type Answering,
  type Body,
  type Dialect,
  listAt,
  saidIn,
  since,
  textAt,
} from '../dialect.ts';

export const anthropic: Dialect = {
  read(path, body) {
    if (!path.pathname.endsWith('/messages')) return null;
    const messages = listAt(body, 'messages');
    // What the tools say comes as a user's message too, with texts of the client beside it.
    const results = (message: Body) =>
      listAt(message, 'content').filter(({ type }) => type === 'tool_result').length;
    const isPrompt = (message: Body) => message.role === 'user' && results(message) === 0;
    return {
      model: textAt(body, 'model'),
      streamed: body.stream === true,
      prompts: messages.filter(isPrompt).map(message => saidIn(message)),
      turn: since(messages, isPrompt).reduce((sum, message) => sum + results(message), 0),
      tools: listAt(body, 'tools').map(tool => ({ name: textAt(tool, 'name') })),
    };
  },

  stream(answering) {
    const { id, model } = answering;
    const blocks = blocksOf(answering);
    const message = { ...headOf(id, model), content: [], stop_reason: null, stop_sequence: null };
    const events = [
      { type: 'message_start', message: { ...message, usage: { ...INPUT, output_tokens: 1 } } },
      ...blocks.flatMap(blockEvents),
      {
        type: 'message_delta',
        delta: { stop_reason: reasonOf(answering.answer), stop_sequence: null },
        usage: { output_tokens: answering.answer.outputTokens },
      },
      { type: 'message_stop' },
    ];
    return events.map(data => ({ event: data.type, data }));
  },

  whole: answering => ({
    ...headOf(answering.id, answering.model),
    content: blocksOf(answering),
    stop_reason: reasonOf(answering.answer),
    stop_sequence: null,
    usage: { ...INPUT, output_tokens: answering.answer.outputTokens },
  }),

  error: (status, message) => ({
    type: 'error',
    error: { type: ERROR_TYPES[status] ?? 'invalid_request_error', message },
  }),
};

/** Anthropic's input leaves out what the cache had. */
const INPUT = {
  input_tokens: TURN_USAGE.input - TURN_USAGE.cached,
  cache_read_input_tokens: TURN_USAGE.cached,
  cache_creation_input_tokens: 0,
};

const ERROR_TYPES: Record<number, string> = {
  401: 'authentication_error',
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
};

const headOf = (id: string, model: string) => ({
  id: `msg_${id}`,
  type: 'message',
  role: 'assistant',
  model,
});

const reasonOf = ({ call }: Answer): string => (call ? 'tool_use' : 'end_turn');

type Block = { type: string; [field: string]: unknown };

function blocksOf({ answer: { texts, call }, id }: Answering): Block[] {
  const said = texts.map(text => ({ type: 'text', text }));
  const input = call && 'arguments' in call ? call.arguments : {};
  return call ? [...said, { type: 'tool_use', id: `toolu_${id}`, name: call.name, input }] : said;
}

function blockEvents(block: Block, index: number) {
  const isText = block.type === 'text';
  const empty = isText ? { ...block, text: '' } : { ...block, input: {} };
  const deltas = isText
    ? piecesOf(String(block.text)).map(text => ({ type: 'text_delta', text }))
    : [{ type: 'input_json_delta', partial_json: JSON.stringify(block.input) }];
  return [
    { type: 'content_block_start', index, content_block: empty },
    ...deltas.map(delta => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}
