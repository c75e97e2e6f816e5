/**
 * Runs inside the sandbox: plays a JSON script and prints what it does, one event a line. The
 * prompt comes on stdin. Without a script it only reports what it would do. Plain JavaScript, so
 * that any Node inside can run it.
 *
 * { "steps": [ … ] }  or, chosen by the prompt,  { "scenes": [ { "when": "text", "steps": [ … ] } ] }
 *
 * { "write": path, "text": text }           { "replace": path, "find": text, "with": text }
 * { "delete": path }                        { "run": [argv …] }
 * { "say": text }                           { "sleep": milliseconds }
 * { "fetch": URL of plain http }           through the proxy of the gateway
 * { "print": text, "times": number }        prints no event, as an agent that is out of order
 * Where `GATEHOUSE_DECIDE` names an address, it asks there before each change, command and connection.
 * Without an allow the step is skipped, and the script continues: a denial is no failure.
 *
 * After each step it records its position in its home: `--resume` continues with the step in which
 * it was stopped.
 *
 * { "answer": {…} }  a structured result    { "ask": question }  ends there: a person must answer
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';

const print = event => process.stdout.write(`${JSON.stringify(event)}\n`);
/** The position in the script, which is kept between two parts of a run. */
let at = { scene: 0, step: 0, calls: 0, summary: '', structured: undefined };

/** Asks Gatehouse whether an action is allowed; any error counts as a denial. */
function ask(question) {
  const address = process.env.GATEHOUSE_DECIDE;
  if (address === undefined) return { outcome: 'allow' };
  return new Promise(resolve => {
    const no = problem =>
      resolve({ outcome: 'deny', ruleId: null, reason: `No answer: ${problem}` });
    const asked = request(address, { method: 'POST', timeout: 30_000 }, answer => {
      let text = '';
      answer.setEncoding('utf8').on('data', chunk => {
        text += chunk;
      });
      answer.on('error', error => no(error.message));
      answer.on('end', () => {
        try {
          resolve(JSON.parse(text));
        } catch {
          no('it is no JSON');
        }
      });
    });
    asked.on('timeout', () => asked.destroy(new Error('none in 30 seconds')));
    asked.on('error', error => no(error.message));
    asked.end(JSON.stringify(question));
  });
}

/** An edit or a command, asked for, with its start and its end. */
async function call({ tool, kind, input, ...facts }, question, act) {
  const callId = `call-${++at.calls}`;
  const { outcome, ruleId, reason } = await ask({ callId, ...question });
  if (outcome !== 'allow') {
    const denial = {
      callId,
      by: 'policy',
      ruleId: ruleId ?? null,
      reason: reason ?? 'Not allowed.',
    };
    print({ type: 'tool.denied', ...denial });
    return;
  }
  print({ type: 'tool.started', callId, tool, kind, input, ...facts });
  const { error, ...end } = await act();
  print({
    type: 'tool.finished',
    callId,
    ok: true,
    exitCode: null,
    output: '',
    ...end,
    ...(error && { ok: false, error }),
  });
  return error;
}

const change = (tool, path, act) =>
  call(
    { tool, kind: 'file_change', input: { path }, paths: [path] },
    { action: 'file.write', path },
    () => {
      try {
        act();
        return {};
      } catch (error) {
        return { error: error.message };
      }
    },
  );

/** An answer of a host, by the proxy that the environment names. */
function get(url) {
  const proxy = process.env.HTTP_PROXY;
  if (proxy === undefined) return { error: 'there is no proxy' };
  return new Promise(resolve => {
    const asked = request(proxy, { path: url, agent: false }, answer => {
      let output = '';
      answer.setEncoding('utf8').on('data', chunk => {
        output = (output + chunk).slice(0, 16_384);
      });
      answer.on('end', () => resolve({ ok: answer.statusCode === 200, output }));
      answer.on('error', ({ message }) => resolve({ error: message }));
    });
    asked.on('error', ({ message }) => resolve({ error: message }));
    asked.end();
  });
}

/** Returns why the script can't go on, or nothing. */
async function play(step) {
  if ('say' in step) {
    at.summary = step.say;
    print({ type: 'message', role: 'assistant', text: step.say });
  } else if ('answer' in step) at.structured = step.answer;
  else if ('print' in step) {
    const together = 8192;
    for (let n = 0; n < step.times; n += together)
      process.stdout.write(step.print.repeat(Math.min(together, step.times - n)));
  } else if ('sleep' in step)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, step.sleep);
  else if ('write' in step)
    return change('write', step.write, () => {
      mkdirSync(dirname(step.write), { recursive: true });
      writeFileSync(step.write, step.text);
    });
  else if ('replace' in step)
    return change('replace', step.replace, () => {
      const parts = readFileSync(step.replace, 'utf8').split(step.find);
      if (parts.length !== 2)
        throw new Error(
          `${step.replace} has the text to replace ${parts.length - 1} times, not once`,
        );
      writeFileSync(step.replace, parts.join(step.with));
    });
  else if ('delete' in step)
    return change('delete', step.delete, () => {
      if (!existsSync(step.delete)) throw new Error(`${step.delete} does not exist`);
      rmSync(step.delete, { recursive: true });
    });
  else if ('run' in step) {
    // A red command is a finding, not the end of the script.
    const [command, ...args] = step.run;
    const question = { action: 'command.exec', command: step.run };
    const what = { tool: 'run', kind: 'command', input: { argv: step.run } };
    await call({ ...what, command: step.run.join(' ') }, question, () => {
      const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
      const output = `${done.stdout ?? ''}${done.stderr ?? ''}`.slice(-16_384);
      return { exitCode: done.status, ok: done.status === 0, output, error: done.error?.message };
    });
  } else if ('fetch' in step) {
    const { hostname: host, port, href } = new URL(step.fetch);
    const question = { action: 'net.connect', host, port: Number(port || 80) };
    await call({ tool: 'fetch', kind: 'tool', input: { url: href } }, question, () => get(href));
  } else return `unknown step ${JSON.stringify(step)}`;
}

const STATE = `${process.env.HOME}/.simulated/state.json`;

function note(state) {
  // Outside a sandbox there is nowhere to keep it.
  if (existsSync(dirname(STATE))) writeFileSync(STATE, JSON.stringify(state));
}

async function playAll(steps) {
  for (const [index, step] of steps.entries()) {
    if (index < at.step) continue;
    at.step = index;
    note(at);
    if ('ask' in step) {
      print({ type: 'message', role: 'assistant', text: step.ask });
      return print({ type: 'done', summary: `Asks: ${step.ask}`, structured: { ask: step.ask } });
    }
    const problem = await play(step);
    if (problem) {
      print({ type: 'error', class: 'protocol', message: problem, fatal: true });
      process.exitCode = 1;
      return;
    }
  }
  print({ type: 'done', summary: at.summary, structured: at.structured });
}

const prompt = readFileSync(0, 'utf8');
const { values, positionals } = parseArgs({
  options: { resume: { type: 'string' } },
  allowPositionals: true,
});
const path = positionals[0];
if (path === undefined) {
  const text = `Simulation: nothing was changed. A real agent would be given ${prompt.length} characters, beginning: ${prompt.slice(0, 300)}`;
  await playAll([{ say: text }]);
} else {
  const script = JSON.parse(readFileSync(path, 'utf8'));
  const scenes = script.scenes ?? [script];
  const scene = scenes.findIndex(({ when }) => when === undefined || prompt.includes(when));
  if (values.resume && !existsSync(STATE)) {
    const message = `there is no session ${values.resume}`;
    print({ type: 'error', class: 'session_unknown', message, fatal: true });
    process.exitCode = 1;
  } else {
    at = values.resume ? JSON.parse(readFileSync(STATE, 'utf8')) : { ...at, scene };
    await playAll(scenes[at.scene]?.steps ?? [{ say: 'The script has no scene for this prompt.' }]);
  }
}
