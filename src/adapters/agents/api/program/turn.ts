/** One answer of the model, streamed; what comes of it is printed. */
import { type LanguageModel, type ModelMessage, streamText, type ToolSet } from 'ai';
import type { Usage } from '../../../../core/agent-event.ts';
import type { Print } from '../protocol.ts';
import { asCut, failureOf, KnownFailure } from './failure.ts';

export type Turn = {
  /** What is added to the conversation. */
  messages: ModelMessage[];
  text: string;
  calls: ModelCall[];
  /** It called no tool: its answer is the last. */
  done: boolean;
};
export type ModelCall = { toolCallId: string; toolName: string; input: unknown };

/** The engine decides about more. */
const TRIES = 2;

export function createTurn(of: {
  model: LanguageModel;
  instructions: string;
  tools: ToolSet;
  print: Print;
}): (messages: ModelMessage[]) => Promise<Turn> {
  const { print } = of;
  return async messages => {
    for (let tried = 1; ; tried += 1) {
      try {
        return await once(messages);
      } catch (error) {
        const failure = failureOf(error);
        const temporary = failure.class === 'transport' || failure.class === 'server';
        if (tried === TRIES || !temporary) throw error;
        print({ type: 'event', event: { type: 'error', ...failure, fatal: false } });
      }
    }
  };

  /** To the end of the answer; an answer without one is a failure. */
  async function read(
    stream: ReturnType<typeof streamText>['stream'],
    said: { text: string; reasoning: string },
  ): Promise<void> {
    let finished = false;
    for await (const part of stream) {
      if (part.type === 'text-delta') said.text += part.text;
      else if (part.type === 'reasoning-delta') said.reasoning += part.text;
      else if (part.type === 'error') throw part.error;
      else if (part.type === 'finish-step') {
        const usage = usageOf(part.usage);
        print({ type: 'event', event: { type: 'usage', usage, scope: 'step' } });
        if (part.finishReason === 'length')
          throw new KnownFailure('context_overflow', 'The model had no room for more text.');
        if (part.finishReason === 'content-filter')
          throw new KnownFailure('policy', 'The provider filtered the answer.');
        finished = part.finishReason === 'stop' || part.finishReason === 'tool-calls';
      }
    }
    if (!finished) throw new KnownFailure('transport', 'The answer of the model was cut off.');
  }

  async function once(messages: ModelMessage[]): Promise<Turn> {
    const { model, instructions, tools } = of;
    const result = streamText({
      model,
      instructions,
      tools,
      messages,
      maxRetries: 0,
      // The conversation is kept here: what OpenAI keeps of it could not be asked for.
      providerOptions: { openai: { store: false } },
      onError() {},
    });
    const said = { text: '', reasoning: '' };
    try {
      await read(result.stream, said);
    } catch (error) {
      throw asCut(error);
    }
    const { text, reasoning } = said;
    if (reasoning.trim() !== '')
      print({ type: 'event', event: { type: 'reasoning', text: reasoning } });
    if (text.trim() !== '')
      print({ type: 'event', event: { type: 'message', role: 'assistant', text } });
    const calls = await result.toolCalls;
    return {
      messages: await result.responseMessages,
      text,
      // What could not be read was answered by the SDK already.
      calls: calls.filter(({ invalid }) => invalid !== true),
      done: calls.length === 0,
    };
  }
}

type SdkUsage = Awaited<ReturnType<typeof streamText>['usage']>;

const usageOf = ({ inputTokenDetails, outputTokenDetails, ...total }: SdkUsage): Usage => {
  const { noCacheTokens, cacheReadTokens, cacheWriteTokens } = inputTokenDetails;
  return {
    input: noCacheTokens ?? total.inputTokens ?? 0,
    cached: cacheReadTokens ?? 0,
    cacheWrite: cacheWriteTokens ?? 0,
    output: total.outputTokens ?? 0,
    reasoning: outputTokenDetails.reasoningTokens ?? 0,
  };
};
