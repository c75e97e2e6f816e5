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
 * { "answer": {…} }  a structured result    { "ask": question }  ends there: a person must answer
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const print = event => process.stdout.write(`${JSON.stringify(event)}\n`);
let calls = 0;
let summary = '';
let structured;

/** An edit or a command, with its start and its end. */
function call(tool, kind, input, facts, act) {
  const callId = `call-${++calls}`;
  print({ type: 'tool.started', callId, tool, kind, input, ...facts });
  const { error, ...end } = act();
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
  call(tool, 'file_change', { path }, { paths: [path] }, () => {
    try {
      act();
      return {};
    } catch (error) {
      return { error: error.message };
    }
  });

/** Returns why the script can't go on, or nothing. */
function play(step) {
  if ('say' in step) {
    summary = step.say;
    print({ type: 'message', role: 'assistant', text: step.say });
  } else if ('answer' in step) structured = step.answer;
  else if ('sleep' in step)
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
    call('run', 'command', { argv: step.run }, { command: step.run.join(' ') }, () => {
      const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
      const output = `${done.stdout ?? ''}${done.stderr ?? ''}`.slice(-16_384);
      return { exitCode: done.status, ok: done.status === 0, output, error: done.error?.message };
    });
  } else return `unknown step ${JSON.stringify(step)}`;
}

function playAll(steps) {
  for (const step of steps) {
    if ('ask' in step) {
      print({ type: 'message', role: 'assistant', text: step.ask });
      return print({ type: 'done', summary: `Asks: ${step.ask}`, structured: { ask: step.ask } });
    }
    const problem = play(step);
    if (problem) {
      print({ type: 'error', class: 'protocol', message: problem, fatal: true });
      process.exitCode = 1;
      return;
    }
  }
  print({ type: 'done', summary, structured });
}

const prompt = readFileSync(0, 'utf8');
const path = process.argv[2];
if (path === undefined) {
  const text = `Simulation: nothing was changed. A real agent would be given ${prompt.length} characters, beginning: ${prompt.slice(0, 300)}`;
  playAll([{ say: text }]);
} else {
  const script = JSON.parse(readFileSync(path, 'utf8'));
  const scenes = script.scenes ?? [script];
  const scene = scenes.find(({ when }) => when === undefined || prompt.includes(when));
  playAll(scene?.steps ?? [{ say: 'The script has no scene for this prompt.' }]);
}
