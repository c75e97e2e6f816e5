/**
 * Runs inside the sandbox: an agent that calls its model through the gateway, and its tools here. Its
 * conversation is kept in its home after every step, so that another process can go on with it.
 */
import type { ToolResultPart } from 'ai';
import type { ApiStart, AskPolicy, PolicyAnswer, Print } from '../protocol.ts';
import { failureOf } from './failure.ts';
import { instructionsFor } from './instructions.ts';
import { toolsOfServers } from './mcp.ts';
import { modelOf } from './model.ts';
import { readLines } from './read-lines.ts';
import { dropOpenCalls, openKeptSession } from './session.ts';
import { createTools } from './tools.ts';
import { createTurn } from './turn.ts';

const write = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const print: Print = write;

const lines = readLines(process.stdin);
const first = await lines.next();
if (first.done) throw new Error('nothing was asked');
const start: ApiStart = JSON.parse(first.value);
const [, , session = null] = process.argv;

/** By the number of the question. */
const waiting = new Map<number, (answered: PolicyAnswer) => void>();
let questions = 0;
const ask: AskPolicy = question => {
  const id = ++questions;
  const { promise, resolve } = Promise.withResolvers<PolicyAnswer>();
  waiting.set(id, resolve);
  write({ type: 'ask', id, question });
  return promise.then(({ allowed, reason }) => (allowed ? null : reason));
};
async function hear(): Promise<void> {
  for await (const line of lines) {
    const answered: PolicyAnswer = JSON.parse(line);
    waiting.get(answered.id)?.(answered);
    waiting.delete(answered.id);
  }
}

async function work(): Promise<void> {
  const kept = await openKeptSession(session);
  if (kept === null) {
    const message = `There is no session ${session}.`;
    print({
      type: 'event',
      event: { type: 'error', class: 'session_unknown', message, fatal: true },
    });
    return;
  }
  print({ type: 'session', id: kept.id });
  const more = await toolsOfServers(start.servers, print);
  const tools = createTools(start, { ask, print, more });
  const next = createTurn({
    model: modelOf(start),
    instructions: instructionsFor(start),
    tools: tools.offered,
    print,
  });
  const { messages } = kept;
  dropOpenCalls(messages);
  messages.push({ role: 'user', content: start.prompt });
  await kept.save();

  for (;;) {
    const turn = await next(messages);
    messages.push(...turn.messages);
    await kept.save();
    if (turn.done) return print({ type: 'done', text: turn.text });
    for (const call of turn.calls) {
      const output = await tools.call(call);
      const result: ToolResultPart = {
        type: 'tool-result',
        toolCallId: call.toolCallId,
        toolName: call.toolName,
        output,
      };
      messages.push({ role: 'tool', content: [result] });
      await kept.save();
    }
  }
}

void hear();
try {
  await work();
} catch (error) {
  print({ type: 'event', event: { type: 'error', ...failureOf(error), fatal: true } });
}
// What has been printed leaves first: a pipe may be full.
process.stdout.write('', () => process.exit(0));
