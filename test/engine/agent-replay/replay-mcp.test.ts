/** A run that called an MCP server over HTTP is replayed from its recording: the server is not reached. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRecordedTasks, type RecordedTasks } from './recorded-task.ts';
import { smallAgent } from './small-agent.ts';
import { NOTES_TOKEN, withNotes } from './with-notes.ts';

let tasks: RecordedTasks;
beforeAll(async () => {
  tasks = await openRecordedTasks(smallAgent());
});
afterAll(() => tasks.close());

/** A tool of the server is called, and the file says what it answered. */
const note = (text: string) => {
  const params = { name: 'note', arguments: { text } };
  const message = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  return {
    shell: `node -e 'fetch("http://127.0.0.1:8787/mcp/notes", {method: "POST", body: process.argv[1]}).then(r => r.text()).then(t => (require("fs").writeFileSync("${text}.md", t), console.log(t)))' '${message}'`,
  };
};

it('comes to the same patch without its server, and names what it was asked besides', async () => {
  const server = await withNotes(tasks);
  const task = await tasks.work({ turns: [note('first'), note('second'), { say: 'done' }] });
  expect(await task.run()).toMatchObject({ produced: { ok: true } });
  expect(server.messages).toHaveLength(2);
  const recording = await task.recording();
  expect(recording.exchanges.map(({ path }) => path)).toEqual([
    ...['/v1/responses', '/mcp/notes', '/v1/responses', '/mcp/notes', '/v1/responses'],
  ]);
  expect(JSON.stringify(recording)).not.toContain(NOTES_TOKEN);

  const patch = await task.patch();
  expect(await task.replay()).toMatchObject([
    { recorded: 5, answered: 5, patch, divergence: null },
  ]);
  expect(server.messages).toHaveLength(2);

  // The second answer of the server was another one.
  const answered = tasks.exchanged(recording.exchanges[3]?.response, text =>
    text.replace('second', 'other'),
  );
  expect((await task.replay({ artifacts: answered }))[0]?.divergence).toMatchObject({
    of: 'the output of a tool',
    at: expect.stringContaining('request 5 to the model'),
  });
  // The agent says something else to the server.
  const asked = tasks.exchanged(recording.exchanges[3]?.request, text =>
    text.replace('second', 'other'),
  );
  expect((await task.replay({ artifacts: asked }))[0]?.divergence).toMatchObject({
    of: 'the request',
    at: 'request 4 to the MCP server notes, params.arguments.text',
    recorded: '"other"',
    replayed: '"second"',
  });
  expect(server.messages).toHaveLength(2);
});
