/** A turn of the scripted model, as the server-sent events of the OpenAI responses dialect. */

/** What every answer costs, in the provider's own figures: `input` includes `cached`. */
export const TURN_USAGE = { input: 1200, cached: 200, output: 34, reasoning: 5 };

/** One message, or several. */
type Said = string | string[];

export type Turn =
  | { say: Said }
  /** A shell command; `say` comes before it. */
  | { shell: string; say?: Said }
  /** The body of an apply_patch, `*** Begin Patch` to `*** End Patch`. */
  | { patch: string; say?: Said }
  | { call: { name: string; arguments: unknown }; say?: Said };

export type Event = { type: string; [field: string]: unknown };

export function answerEvents(turn: Turn, id: string): Event[] {
  const output = items(turn, id);
  const response = { id: `resp_${id}`, object: 'response', model: 'scripted', output: [] };
  return [
    { type: 'response.created', response: { ...response, status: 'in_progress' } },
    ...output.flatMap((item, index) => itemEvents(item, index)),
    {
      type: 'response.completed',
      response: {
        ...response,
        status: 'completed',
        output,
        usage: {
          input_tokens: TURN_USAGE.input,
          input_tokens_details: { cached_tokens: TURN_USAGE.cached },
          output_tokens: TURN_USAGE.output,
          output_tokens_details: { reasoning_tokens: TURN_USAGE.reasoning },
          total_tokens: TURN_USAGE.input + TURN_USAGE.output,
        },
      },
    },
  ];
}

type Item = { type: string; id: string; [field: string]: unknown };

function items(turn: Turn, id: string): Item[] {
  const found: Item[] = [];
  for (const [index, text] of [turn.say ?? []].flat().entries())
    found.push({
      type: 'message',
      id: `msg_${id}_${index}`,
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text, annotations: [] }],
    });
  const call = { call_id: `call_${id}`, status: 'completed' };
  if ('shell' in turn)
    found.push({
      type: 'function_call',
      id: `fc_${id}`,
      ...call,
      name: 'exec_command',
      arguments: JSON.stringify({ cmd: turn.shell, yield_time_ms: 30_000 }),
    });
  if ('patch' in turn)
    found.push({
      type: 'custom_tool_call',
      id: `ctc_${id}`,
      ...call,
      name: 'apply_patch',
      input: turn.patch,
    });
  if ('call' in turn)
    found.push({
      type: 'function_call',
      id: `fc_${id}`,
      ...call,
      name: turn.call.name,
      arguments: JSON.stringify(turn.call.arguments),
    });
  return found;
}

function itemEvents(item: Item, index: number): Event[] {
  const place = { output_index: index, item_id: item.id };
  const text = Array.isArray(item.content) ? String(item.content[0]?.text ?? '') : null;
  const deltas = text === null ? [] : (text.match(/\S+\s*|\s+/g) ?? []);
  return [
    {
      type: 'response.output_item.added',
      ...place,
      item: text === null ? item : { ...item, status: 'in_progress', content: [] },
    },
    ...deltas.map(delta => ({
      type: 'response.output_text.delta',
      ...place,
      content_index: 0,
      delta,
    })),
    { type: 'response.output_item.done', ...place, item },
  ];
}
