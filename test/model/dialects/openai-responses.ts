/** OpenAI's responses API. */
import { type Answer, piecesOf, TURN_USAGE } from '../answer.ts';
import {
  type Answering,
  argumentsOf,
  type Body,
  type Dialect,
  listAt,
  saidIn,
  since,
  textAt,
} from '../dialect.ts';

export const openaiResponses: Dialect = {
  read(path, body) {
    if (!path.pathname.endsWith('/responses')) return null;
    const input =
      typeof body.input === 'string'
        ? [{ role: 'user', content: body.input }]
        : listAt(body, 'input');
    // What Gatehouse adds to a turn is no prompt of its own. Copilot puts the time before it.
    const isPrompt = (item: Body) =>
      item.role === 'user' && !/^(<current_datetime>.*\s+)?Gatehouse: /.test(saidIn(item));
    return {
      model: textAt(body, 'model'),
      streamed: body.stream === true,
      prompts: input.filter(isPrompt).map(message => saidIn(message)),
      turn: since(input, isPrompt).filter(item => textAt(item, 'type').endsWith('_output')).length,
      tools: [body, ...input].flatMap(place => listAt(place, 'tools')).flatMap(toolsOf),
    };
  },

  stream(answering) {
    const output = itemsOf(answering);
    const response = { ...headOf(answering), output: [] };
    const events = [
      { type: 'response.created', response: { ...response, status: 'in_progress' } },
      ...output.flatMap(itemEvents),
      { type: 'response.completed', response: completed(answering, output) },
    ];
    return events.map((data, sequence_number) => ({
      event: data.type,
      data: { ...data, sequence_number },
    }));
  },

  whole: answering => completed(answering, itemsOf(answering)),

  error: (_status, message) => ({ error: { message, type: 'scripted', code: null, param: null } }),
};

const toolsOf = (tool: Body) =>
  tool.type === 'namespace'
    ? listAt(tool, 'tools').map(one => ({
        name: textAt(one, 'name'),
        namespace: textAt(tool, 'name'),
      }))
    : [{ name: textAt(tool, 'name') || textAt(tool, 'type') }];

const headOf = ({ id, model }: Answering) => ({
  id: `resp_${id}`,
  object: 'response',
  created_at: 0,
  model,
});

const completed = (answering: Answering, output: Item[]) => ({
  ...headOf(answering),
  status: 'completed',
  output,
  usage: {
    input_tokens: TURN_USAGE.input,
    input_tokens_details: { cached_tokens: TURN_USAGE.cached },
    output_tokens: answering.answer.outputTokens,
    output_tokens_details: { reasoning_tokens: TURN_USAGE.reasoning },
    total_tokens: TURN_USAGE.input + answering.answer.outputTokens,
  },
});

type Item = { type: string; id: string; [field: string]: unknown };

function itemsOf({ answer, id }: Answering): Item[] {
  const messages = answer.texts.map((text, index) => ({
    type: 'message',
    id: `msg_${id}_${index}`,
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [] }],
  }));
  return answer.call ? [...messages, callItem(answer.call, id)] : messages;
}

function callItem(call: NonNullable<Answer['call']>, id: string): Item {
  const { name, namespace } = call;
  const made = { call_id: `call_${id}`, status: 'completed' };
  if (name === 'tool_search' && 'arguments' in call)
    return {
      type: 'tool_search_call',
      id: `ts_${id}`,
      ...made,
      execution: 'client',
      arguments: call.arguments,
    };
  const named = { ...made, name, namespace };
  return 'input' in call
    ? { type: 'custom_tool_call', id: `ctc_${id}`, ...named, input: call.input }
    : { type: 'function_call', id: `fc_${id}`, ...named, arguments: argumentsOf(call) };
}

function itemEvents(item: Item, index: number) {
  const place = { output_index: index, item_id: item.id };
  const text = item.type === 'message' ? saidIn(item) : null;
  return [
    {
      type: 'response.output_item.added',
      ...place,
      item: text === null ? item : { ...item, status: 'in_progress', content: [] },
    },
    ...piecesOf(text ?? '').map(delta => ({
      type: 'response.output_text.delta',
      ...place,
      content_index: 0,
      delta,
    })),
    { type: 'response.output_item.done', ...place, item },
  ];
}
