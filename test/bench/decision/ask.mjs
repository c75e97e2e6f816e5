// Asks Gatehouse from inside the sandbox, as an agent does before it acts, and prints how long each
// answer took, in milliseconds. What is allowed is asked at the pace that one run may ask at.
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const ALLOWED = 600;
const DENIED = 80;
const EACH_MS = 60;

const agent = new Agent({ keepAlive: true });

/** The answer, and the milliseconds until it was there. */
function ask(question, path = '/decide') {
  const body = JSON.stringify(question);
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const asked = request(`http://127.0.0.1:8787${path}`, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    });
    asked.on('error', reject);
    asked.on('response', response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', chunk => {
        text += chunk;
      });
      response.on('end', () => resolve({ text, ms: performance.now() - began }));
    });
    asked.end(body);
  });
}

/** Each answer is measured beside one for which nothing is decided: the same way, to a path that nobody may call. */
async function series(count, outcome, question) {
  const took = [];
  const bare = [];
  for (let index = 0; index < count; index++) {
    bare.push((await ask(question(index), '/nothing')).ms);
    const answer = await ask(question(index));
    if (JSON.parse(answer.text).outcome !== outcome)
      throw new Error(`not ${outcome}: ${answer.text}`);
    took.push(answer.ms);
    await sleep(EACH_MS);
  }
  return { took, bare };
}

const command = index => ({
  action: 'command.exec',
  command: `cd src && cat file-${index}.txt 2>&1 | tail -20`,
});
const write = index => ({ action: 'file.write', path: `.git/hooks/hook-${index}` });
await series(20, 'allow', command);
const allow = await series(ALLOWED, 'allow', index => command(1_000 + index));
const deny = await series(DENIED, 'deny', write);
// Short: the journal keeps only so much of what a tool prints.
const rounded = (_, value) => (typeof value === 'number' ? Number(value.toFixed(2)) : value);
console.log(`took ${JSON.stringify([allow, deny], rounded)}`);
agent.destroy();
