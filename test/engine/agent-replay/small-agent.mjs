/**
 * A small agent CLI for tests: it sends its prompt to OpenAI's responses API at the gateway, asks before
 * each command that the model wants, runs it, and goes on until the model says nothing but text.
 * `--resume` continues the conversation that it keeps in its home. A request has what no two runs share.
 */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const HOME = '/home/agent/.small';
const KEPT = `${HOME}/conversation.json`;
const post = (path, body) =>
  fetch(`http://127.0.0.1:8787${path}`, { method: 'POST', body: JSON.stringify(body) });
const print = event => console.log(JSON.stringify(event));

const prompt = readFileSync(0, 'utf8');
const goesOn = process.argv.includes('--resume') && existsSync(KEPT);
const { input, pending } = goesOn
  ? JSON.parse(readFileSync(KEPT, 'utf8'))
  : { input: [{ role: 'user', content: prompt }], pending: [] };
mkdirSync(HOME, { recursive: true });
const keep = () => writeFileSync(KEPT, JSON.stringify({ input, pending }));

for (;;) {
  if (pending.length === 0) {
    const response = await post('/v1/responses', {
      model: 'small',
      stream: true,
      ...(process.env.SMALL_BACKGROUND && { background: true }),
      input,
      metadata: { turn_id: randomUUID(), role: 'author' },
      tools: [{ type: 'function', name: 'exec_command', parameters: {} }],
    });
    const text = await response.text();
    if (response.status !== 200) {
      print({ type: 'error', class: 'server', message: text, fatal: true });
      break;
    }
    const events = text
      .split('\n')
      .filter(line => line.startsWith('data: '))
      .map(line => JSON.parse(line.slice(6)));
    const { output } = events.at(-1).response;
    input.push(...output);
    pending.push(...output.filter(item => item.type === 'function_call'));
    const said = output.flatMap(item => item.content ?? []).map(part => part.text);
    if (pending.length === 0) {
      print({ type: 'done', summary: said.join(' ') });
      break;
    }
  }
  const [call] = pending;
  const { cmd } = JSON.parse(call.arguments);
  keep();
  const tool = { callId: call.call_id, tool: 'exec_command', kind: 'command', input: { cmd } };
  print({ type: 'tool.started', ...tool });
  const asked = { action: 'command.exec', command: cmd, callId: call.call_id };
  const { outcome, reason } = await (await post('/decide', asked)).json();
  const began = Date.now();
  const ran = outcome === 'allow' ? spawnSync('/bin/sh', ['-c', cmd], { encoding: 'utf8' }) : null;
  const seconds = (Date.now() - began) / 1_000;
  const output = ran ? `Wall time: ${seconds} seconds\n${ran.stdout}${ran.stderr}` : reason;
  print({ type: 'message', role: 'assistant', text: `${cmd}: ${outcome}` });
  input.push({ type: 'function_call_output', call_id: call.call_id, output });
  pending.shift();
  keep();
}
