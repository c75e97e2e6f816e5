/** `gatehouse submit FILE`: the same call as over HTTP, from the operator's shell. */
import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { TaskCall } from '../core/call.ts';
import { STARTABLE } from '../core/commands.ts';
import { plain } from '../core/plain-text.ts';
import type { TaskCaller } from '../engine/intake/call.ts';
import { parseYaml } from '../engine/policies/yaml-text.ts';
import { faultLine } from '../policy/fault.ts';
import { type Output, print } from './output.ts';
import type { Services } from './services.ts';
import { operator } from './steer/steer.ts';

const LARGEST = 1_000_000;

export async function submit(
  services: Services,
  output: Output,
  file: string,
  options: { json: boolean; project: string; untrusted: boolean },
): Promise<void> {
  const refuse = (faults: string[]) => {
    const lines = [...faults, 'submit: refused'].map(line => plain(line, 600));
    print(output, options.json, { ok: false, faults }, lines);
    output.exit(1);
  };
  const name = file === '-' ? 'standard input' : file;
  // JSON is YAML, whose reader tells the line of each fault.
  const read = parseYaml(name, await contentOf(file), TaskCall);
  if (!read.ok) return refuse(read.faults.map(faultLine));
  const call = read.value;
  const key = call.key ?? randomUUID();
  const outcome = await services.submit(call, { caller: callerOf(options), key });
  if (outcome.outcome === 'refused') {
    const { pointer, reasons } = outcome;
    return refuse(
      reasons.map(reason => `${name}${pointer === '' ? '' : ` ${pointer}`}: ${reason}`),
    );
  }
  const { task } = outcome;
  print(output, options.json, { ok: true, ...outcome }, [
    outcome.outcome === 'created'
      ? `Task ${task} is made: \`gatehouse status ${task}\` shows how it stands.`
      : `The same call made the task ${task} before.`,
  ]);
}

async function contentOf(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  const { size } = await stat(file).catch(() => {
    throw new Error(`there is no file ${file}: name a file with a call, or - for standard input`);
  });
  if (size > LARGEST) throw new Error(`${file} is larger than ${LARGEST} bytes`);
  return readFile(file, 'utf8');
}

/** Whoever has this shell calls like a token, for every repository, and never as a person. */
const callerOf = ({ project, untrusted }: { project: string; untrusted: boolean }): TaskCaller => ({
  requester: { kind: 'token', id: `shell:${operator().name}`, project },
  repositories: null,
  commands: STARTABLE,
  trusted: !untrusted,
});
